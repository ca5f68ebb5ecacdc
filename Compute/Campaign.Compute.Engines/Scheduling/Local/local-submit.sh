look_up() { :; } # what there is to find is in the directory: receipt and claim
look_back() { :; }
submit_job() {
  mkdir -p -- "$register" && printf '%s\n%s\n' "$PWD" "$cores" >"$register/.$name.tmp" && mv -f -- "$register/.$name.tmp" "$register/$name" || return 1
  # a session of its own: it outlives whoever started it
  setsid bash job.sh </dev/null >>job.log 2>&1 9>&- &
  process_id $! || { echo "the job script ended at once"; return 1; }
}
