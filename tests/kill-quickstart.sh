#!/usr/bin/env bash
# Kills a campaign with SIGKILL at N random moments, goes on with the same command each time, and compares the report with that of an
# undisturbed run, byte for byte but for what may differ: generatedAt, cost and durations.
#
#   tests/kill-quickstart.sh [N [CAMPAIGN-FILE]]     N kills (default 5) of a campaign (default config/quickstart.yaml)
#
# SEED=k in the environment chooses other moments. Takes about two undisturbed runs. Exit code 0: the verdict is good.
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:-5}
file=${2:-config/quickstart.yaml}
RANDOM=${SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

now() { date +%s%N; }
seconds() { awk -v ns="$1" 'BEGIN { printf "%.1f", ns / 1e9 }'; }

# "actor event" per journal row, in order; nothing before the journal exists
events() {
  { ./campaign history "$work/killed" --json 2>/dev/null || true; } |
    awk -F'"' '$2 == "actor" { actor = $4 } $2 == "event" { print actor "\t" $4 }'
}
# "tasks done, tasks done again, processes that got to work, stages at work" of the journal as it is
look() {
  events | awk -F'\t' '
    $2 == "campaign.started.v1" { started++ }
    $1 ~ /^task / { last[$1] = $2 }
    $2 == "task.intended.v1" && $1 in ended { again++ }
    $2 == "task.done.v1" || $2 == "task.reused.v1" { if ($1 in ended) again++; else tasks++; ended[$1] = 1 }
    END {
      for (task in last) if (last[task] == "task.running.v1") { split(task, id, /[ \/]/); at[id[2]] = 1 }
      for (stage in at) where = where (where ? "+" : "") stage
      print tasks + 0, again + 0, started + 0, where ? where : "none"
    }'
}
numbers() {
  awk '/^  "cost": \[/ { skip = 1 } !skip && !/^ *"(generatedAt|wallSeconds)":/ { print } skip && /^  \],?$/ { skip = 0 }' "$1/report/report.json"
}

./campaign validate "$file" >/dev/null # builds what is missing, so that the moments below are those of the campaign
echo "undisturbed run of $file ..."
began=$(now)
./campaign run "$file" --dir "$work/undisturbed" --quiet >"$work/undisturbed.log" 2>&1 || { cat "$work/undisturbed.log"; exit 1; }
whole=$(($(now) - began))
began=$(now)
./campaign run "$file" --dir "$work/undisturbed" --quiet >/dev/null 2>&1
startup=$(($(now) - began)) # of a campaign in which nothing is left to do
echo "  $(seconds $whole) s; a start takes $(seconds $startup) s"
echo

verdict=0
lived=0
before=0
declare -A killed_in
[ "$kills" -gt 20 ] || printf '%5s %9s %9s %11s %11s  %s\n' kill 'after s' 'at s' 'tasks done' 'done again' 'at work'
for ((kill = 1; kill <= kills; kill++)); do
  # a life is a start and 20 to 100 % of an equal share of the undisturbed run: long enough to get on, too short to end before the last kill
  life=$((startup + whole / (kills + 1) * (200 + RANDOM % 801) / 1000))
  ./campaign run "$file" --dir "$work/killed" --quiet >"$work/killed.log" 2>&1 &
  process=$!
  sleep "$(seconds $life)"
  kill -KILL "$process" 2>/dev/null || true
  status=0
  wait "$process" 2>/dev/null || status=$?
  [ "$status" -eq 137 ] || { echo "the campaign had ended by itself (exit code $status):"; cat "$work/killed.log"; verdict=1; }
  lived=$((lived + life))
  read -r tasks again started where < <(look)
  [ "$started" -gt "$before" ] || where='starting'
  before=$started
  killed_in[$where]=$((${killed_in[$where]:-0} + 1))
  [ "$kills" -gt 20 ] || printf '%5d %9s %9s %11d %11d  %s\n' "$kill" "$(seconds $life)" "$(seconds $lived)" "$tasks" "$again" "$where"
done

began=$(now)
status=0
./campaign run "$file" --dir "$work/killed" --quiet >"$work/killed.log" 2>&1 || status=$?
last=$(($(now) - began))
read -r tasks again started where < <(look)
echo "the last life took $(seconds $last) s; $tasks tasks done, $again done again"
echo
echo "killed while at work:"
for where in "${!killed_in[@]}"; do
  printf '%5d  %s\n' "${killed_in[$where]}" "$where"
done | sort -rn
echo
[ "$status" -eq 0 ] || { echo "the last run ended with exit code $status:"; cat "$work/killed.log"; exit 1; }

[ "$again" -eq 0 ] || { echo "BAD: finished tasks ran again"; verdict=1; }
if diff <(numbers "$work/undisturbed") <(numbers "$work/killed") >"$work/difference"; then
  echo "report.json: $(numbers "$work/killed" | wc -l) lines, all equal to the undisturbed run's"
else
  echo "BAD: report.json differs from the undisturbed run's:"
  head -n 20 "$work/difference"
  verdict=1
fi
lost=$((lived + last - whole))
[ "$verdict" -eq 0 ] && echo "GOOD: $kills kills cost $(seconds $lost) s ($(seconds $((lost / kills))) s each, of which $(seconds $startup) s to start) and nothing else"
exit "$verdict"
