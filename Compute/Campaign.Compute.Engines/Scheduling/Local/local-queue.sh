# A line "NAME|ID|EPOCH|STATE|CORES|EXIT" for every job of the register, or for those given.
cd -- "$register" 2>/dev/null || exit 0
boot=$(boot)
touch -d '@REMEMBER@ seconds ago' .before
[ $# -gt 0 ] || set -- *
# without a process for those that have ended: there may be thousands
for name in "$@"; do
  [ -f "$name" ] && { IFS= read -r dir; IFS= read -r cores; } <"$name" && [ -d "$dir" ] || continue
  id='' at='' exit=''
  [ -s "$dir/.intent" ] && read -r at <"$dir/.intent"
  [ -s "$dir/.receipt" ] && read -r id at <"$dir/.receipt"
  [ -n "$id" ] || id=$(sed -n 's/.*"jobId":"\([^"]*\)".*/\1/p' "$dir/.claim/owner.json" 2>/dev/null)
  [ -n "$id" ] || continue
  state=gone
  if [ -d "/proc/${id%%-*}" ] && lives "$id"; then state=lives
  elif [ -s "$dir/exit.json" ]; then
    IFS= read -r -n 4096 exit <"$dir/exit.json"
    state=ended
    [ "$dir/exit.json" -ot .before ] && rm -f -- "$name"
  elif [ "${id##*-}" != "$boot" ]; then state=rebooted
  fi
  [ "$state" != lives ] && [ -e "$dir/.cancelled" ] && state=cancelled
  printf '%s|%s|%s|%s|%s|%s\n' "$name" "$id" "$at" "$state" "$cores" "$exit"
done
