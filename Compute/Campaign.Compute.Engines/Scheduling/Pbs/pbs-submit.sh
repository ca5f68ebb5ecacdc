look_up() { jobs_named; }
look_back() { jobs_named -x; }
jobs_named() {
  local ids said id at state
  ids=$(bounded qselect "$@" -u "$(id -un)" -N "$name" 2>&1) || { echo "qselect: $ids"; return 1; }
  for id in $ids; do
    said=$(bounded qstat "$@" -f "$id" 2>&1) || { case $said in *'Unknown Job Id'* | *'has finished'*) continue ;; *) echo "qstat: $said"; return 1 ;; esac; }
    at=$(sed -n 's/^ *ctime = //p' <<<"$said")
    state=$(sed -n 's/^ *job_state = //p' <<<"$said")
    echo "$id $(date -u -d "$at" +%s) $([ "$state" = F ] && echo over || echo live)"
  done
}
submit_job() { bounded qsub -N "$name" job.sh; }
