look_up() {
  local rows
  rows=$(bounded squeue -h -t all -u "$EUID" --name="$name" -o '%i|%V|%T' 2>&1) || { echo "squeue: $rows"; return 1; }
  to_rows "$rows"
}
look_back() {
  local rows start
  start=$(date -u -d "@$((since - 3600))" +%Y-%m-%dT%H:%M:%S)
  if ! rows=$(bounded sacct -X -n -P -S "$start" --name="$name" -o JobID,Submit,State 2>&1); then
    # no accounting here: what the completion log says, if there is one
    case $rows in *'accounting storage is disabled'* | *'command not found'* | *'No such file'*) ;; *) echo "sacct: $rows"; return 1 ;; esac
    rows=$(bounded sacct -c -n -P --format=JobID,Submit,State,JobName 2>/dev/null | awk -F'|' -v n="$name" '$4 == n')
  fi
  to_rows "$rows"
}
to_rows() {
  local id at state word
  while IFS='|' read -r id at state _; do
    [[ $id =~ ^[0-9]+$ ]] || continue
    word=live
    case $state in COMPLETED* | FAILED* | CANCELLED* | TIMEOUT* | PREEMPTED* | NODE_FAIL* | BOOT_FAIL* | OUT_OF_MEMORY* | DEADLINE*) word=over ;; esac
    # a job that never began has no time in the completion log
    at=$(date -u -d "$at" +%s 2>/dev/null) || at=$since
    echo "$id $at $word"
  done <<<"$1"
}
submit_job() {
  # the script's header is to count, not what somebody's profile says
  unset "${!SBATCH_@}"
  bounded sbatch --parsable --job-name="$name" --chdir="$PWD" job.sh
}
