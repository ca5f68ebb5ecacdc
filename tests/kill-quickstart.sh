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
done_tasks() { events | awk -F'\t' '$2 == "task.done.v1" || $2 == "task.reused.v1"' | wc -l; }
done_again() {
  events | awk -F'\t' '
    $2 == "task.intended.v1" && ended[$1] { again++ }
    $2 == "task.done.v1" || $2 == "task.reused.v1" { again += ended[$1]; ended[$1] = 1 }
    END { print again + 0 }'
}
numbers() {
  awk '/^  "cost": \[/ { skip = 1 } !skip && !/^ *"(generatedAt|wallSeconds)":/ { print } skip && /^  \],?$/ { skip = 0 }' "$1/report/report.json"
}

./campaign validate "$file" >/dev/null # builds what is missing, so that the moments below are those of the campaign
echo "undisturbed run of $file ..."
began=$(now)
./campaign run "$file" --dir "$work/undisturbed" --quiet >"$work/undisturbed.log" 2>&1 || { cat "$work/undisturbed.log"; exit 1; }
whole=$(($(now) - began))
echo "  $(seconds $whole) s"
echo
printf '%5s %12s %12s %12s %14s\n' kill 'after s' 'at s' 'tasks done' 'done again'

verdict=0
lived=0
for ((kill = 1; kill <= kills; kill++)); do
  # each life is 20 to 100 % of an equal share of the undisturbed run, so that the campaign cannot end before the last kill
  life=$((whole / (kills + 1) * (200 + RANDOM % 801) / 1000))
  ./campaign run "$file" --dir "$work/killed" --quiet >"$work/killed.log" 2>&1 &
  process=$!
  sleep "$(seconds $life)"
  kill -KILL "$process" 2>/dev/null || true
  status=0
  wait "$process" 2>/dev/null || status=$?
  [ "$status" -eq 137 ] || { echo "the campaign had ended by itself (exit code $status):"; cat "$work/killed.log"; verdict=1; }
  lived=$((lived + life))
  printf '%5d %12s %12s %12d %14d\n' "$kill" "$(seconds $life)" "$(seconds $lived)" "$(done_tasks)" "$(done_again)"
done

began=$(now)
status=0
./campaign run "$file" --dir "$work/killed" --quiet >"$work/killed.log" 2>&1 || status=$?
last=$(($(now) - began))
printf '%5s %12s %12s %12d %14d\n' end "$(seconds $last)" "$(seconds $((lived + last)))" "$(done_tasks)" "$(done_again)"
echo
[ "$status" -eq 0 ] || { echo "the last run ended with exit code $status:"; cat "$work/killed.log"; exit 1; }

[ "$(done_again)" -eq 0 ] || { echo "BAD: finished tasks ran again"; verdict=1; }
if diff <(numbers "$work/undisturbed") <(numbers "$work/killed") >"$work/difference"; then
  echo "report.json: $(numbers "$work/killed" | wc -l) lines, all equal to the undisturbed run's"
else
  echo "BAD: report.json differs from the undisturbed run's:"
  head -n 20 "$work/difference"
  verdict=1
fi
[ "$verdict" -eq 0 ] && echo "GOOD: $kills kills cost $(seconds $((lived + last - whole))) s and nothing else"
exit "$verdict"
