# For each "ID NAME" on standard input: asks the job to end, kills its session if it does not, and sees that nothing of it is left.
session() {
  local file pid stat
  for file in /proc/[0-9]*/stat; do
    pid=${file#/proc/}
    pid=${pid%/stat}
    stat=$(stat_of "$pid") || continue
    set -- $stat "$1"
    [ "$4" = "${!#}" ] && [[ $1 != [ZX] ]] && echo "$pid"
    set -- "${!#}"
  done
}
failed=0
while read -r id name; do
  pid=${id%%-*}
  [ "${id##*-}" = "$(boot)" ] || continue
  # the number is another process's by now
  [ -e "/proc/$pid" ] && [ "$(process_id "$pid")" != "$id" ] && continue
  [ -f "$register/$name" ] && IFS= read -r dir <"$register/$name" && : >"$dir/.cancelled"
  lives "$id" && kill -s TERM "$pid" 2>/dev/null
  for ((i = 0; i < @GRACE@ * 5; i++)); do
    lives "$id" || break
    sleep 0.2
  done
  for ((i = 0; i < 25; i++)); do
    left=$(session "$pid")
    [ -n "$left" ] || continue 2
    kill -s KILL $left 2>/dev/null
    sleep 0.2
  done
  echo "job $name: process ${left//$'\n'/, } does not die" >&2
  failed=1
done
exit $failed
