# A line "NAME|ID|EPOCH|STATE|EXIT" for every job of the register, or for those given.
cd -- "$register" 2>/dev/null || exit 0
now=$(date +%s) boot=$(boot)
[ $# -gt 0 ] || set -- *
for name in "$@"; do
  [ -f "$name" ] && dir=$(<"$name") && [ -d "$dir" ] || continue
  id='' at='' exit=''
  [ -s "$dir/.intent" ] && read -r at <"$dir/.intent"
  [ -s "$dir/.receipt" ] && read -r id at <"$dir/.receipt"
  [ -n "$id" ] || id=$(sed -n 's/.*"jobId":"\([^"]*\)".*/\1/p' "$dir/.claim/owner.json" 2>/dev/null)
  [ -n "$id" ] || continue
  state=gone
  if lives "$id"; then state=lives
  elif [ -s "$dir/exit.json" ]; then
    exit=$(head -c 4096 -- "$dir/exit.json")
    state=ended
    [ $((now - $(stat -c %Y -- "$dir/exit.json"))) -gt @REMEMBER@ ] && rm -f -- "$name"
  elif [ "${id##*-}" != "$boot" ]; then state=rebooted
  fi
  [ "$state" != lives ] && [ -e "$dir/.cancelled" ] && state=cancelled
  printf '%s|%s|%s|%s|%s\n' "$name" "$id" "$at" "$state" "$exit"
done
