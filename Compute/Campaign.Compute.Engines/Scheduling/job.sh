#!/bin/bash
@HEADER@
# Runs one attempt's program, once. Traces in its directory: .claim (who works here, and its heartbeat), exit.json (how it ended),
# .refused-ID (a job that came second). Asked by .fence (end at once) and .stop (stop cleanly).

@JOB_ID@
@RESTART@
cd -- @DIRECTORY@ || exit 91

# A file is there whole or not at all.
publish() { printf '%s\n' "$2" >"$1.tmp" && mv -f -- "$1.tmp" "$1"; }
utc() { date -u +%Y-%m-%dT%H:%M:%SZ; }

if ! mkdir .claim 2>/dev/null; then
  [ -d .claim ] || { echo "job.sh: cannot write in $PWD" >&2; exit 91; }
  : >".refused-$job_id"
  echo "job.sh: job $job_id found the attempt claimed and does nothing" >&2
  exit 90
fi
host=$(hostname)
host=${host//[^A-Za-z0-9._-]/}
started=$(utc)
echo 0 >.claim/alive
publish .claim/owner.json "{\"jobId\":\"$job_id\",\"host\":\"$host\",\"pid\":$$,\"restart\":$restart,\"at\":\"$started\"}"

finish() {
  local code=$1 signal=null reason=ended
  [ "$code" -gt 128 ] && [ "$code" -le 192 ] && signal=$((code - 128))
  [ -s .claim/reason ] && read -r reason <.claim/reason
  publish exit.json "{\"jobId\":\"$job_id\",\"host\":\"$host\",\"code\":$code,\"signal\":$signal,\"reason\":\"$reason\",\"startedAt\":\"$started\",\"endedAt\":\"$(utc)\"}"
}

# The first reason for an end is the reason.
because() { (set -o noclobber; echo "$1" >.claim/reason) 2>/dev/null; }

walltime=@WALLTIME@ ahead=@AHEAD@
# A member of a pack is told when the pack's job ends.
end=${CAMPAIGN_JOB_END:-@END@}
unset CAMPAIGN_JOB_END
if [[ $end =~ ^[0-9]+$ ]] && left=$((end - $(date +%s))) && [ "$left" -gt 0 ] && [ "$left" -lt "$walltime" ]; then walltime=$left; fi
ask_at=$((SECONDS + walltime - ahead))
kill_at=$((SECONDS + walltime - ahead / 2))
echo $(($(date +%s) + walltime)) >.claim/end
grace=$((ahead / 4))
[ "$grace" -gt 10 ] && grace=10
[ "$grace" -lt 1 ] && grace=1

program=''
alive() { kill -s 0 -- "-$program" 2>/dev/null; }
send() { kill -s "$1" -- "-$program" 2>/dev/null; }

ask_to_stop() {
  :
@ASK@
}

end_program() {
  local i
  send TERM
  send CONT
  for ((i = 0; i < grace * 5; i++)); do
    alive || return
    sleep 0.2
  done
  send KILL
}

# Lives beside this script and longer, if need be: heartbeat, fence, clock.
watch() {
  trap '' TERM INT HUP USR1
  local asked=''
  while :; do
    echo "$SECONDS" >.claim/alive
    if ! kill -s 0 "$$" 2>/dev/null; then
      end_program
      [ -e exit.json ] || finish 137
      exit
    elif [ -e .fence ]; then
      because fenced
      end_program
    elif [ "$SECONDS" -ge "$kill_at" ]; then
      because walltime
      end_program
    elif [ -z "$asked" ] && [ -e .stop ]; then
      asked=1
      because stopped
      ask_to_stop
    elif [ -z "$asked" ] && [ "$SECONDS" -ge "$ask_at" ]; then
      asked=1
      because walltime
      ask_to_stop
    fi
    sleep @BEAT@
  done
}

# The scheduler's warning ahead of the walltime.
warned() {
  interrupted=1
  because walltime
  ask_to_stop
}

# The scheduler ends the job: the walltime is over, or somebody cancelled it.
ended() {
  interrupted=1
  program=${program:-$!}
  if [ "$SECONDS" -ge "$ask_at" ]; then because walltime; else because stopped; fi
  if [ -z "$program" ]; then
    finish 143
    exit 143
  fi
  end_program
}
trap warned USR1
trap ended TERM INT HUP

if [ -e .fence ]; then
  because fenced
  finish 143
  exit 143
fi

load_module() {
  local init
  for init in /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh /etc/profile.d/modules.sh /usr/share/lmod/lmod/init/bash; do
    type module >/dev/null 2>&1 && break
    [ -r "$init" ] && . "$init"
  done
  module load "$1" && return
  echo "job.sh: the module $1 could not be loaded on $host" >&2
  finish 91
  exit 91
}
@MODULES@
# Job control gives each a process group of its own; it is on for the two starts only, since with it a stopped program would look ended.
set -m
(
@PROGRAM@
) </dev/null &
program=$!
watch </dev/null >/dev/null &
watcher=$!
set +m
disown "$watcher"

while :; do
  interrupted=''
  wait "$program"
  code=$?
  # Suspended between the two starts: the shell takes that for its end (128 + SIGSTOP, SIGTSTP, SIGTTIN or SIGTTOU).
  if [ "$code" -ge 147 ] && [ "$code" -le 150 ] && kill -s 0 "$program" 2>/dev/null; then
    sleep 1
    continue
  fi
  [ -z "$interrupted" ] && break
done

kill -s KILL -- "-$watcher" 2>/dev/null
# What the program left running goes with it.
for ((i = 0; i < 50; i++)); do
  alive || break
  send KILL
  sleep 0.1
done
finish "$code"
exit "$code"
