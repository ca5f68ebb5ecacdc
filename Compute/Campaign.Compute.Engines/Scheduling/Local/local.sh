# A job's id is PID-START-BOOT of its script, which names one process for ever. The register holds a file per job, named after it, with
# the job's directory and the number of its cores.
export LC_ALL=C
boot() { tr -d - </proc/sys/kernel/random/boot_id | head -c 8; }
# what follows the name in brackets in /proc/PID/stat: state, parent, group, session, ...; the 20th is the start of the process
stat_of() { local line; read -r line 2>/dev/null <"/proc/$1/stat" && echo "${line##*) }"; }
process_id() {
  local pid=$1
  set -- $(stat_of "$pid")
  [ -n "${20}" ] && echo "$pid-${20}-$(boot)"
}
lives() {
  local stat
  [ "$(process_id "${1%%-*}")" = "$1" ] && stat=$(stat_of "${1%%-*}") && [[ $stat != [ZX]* ]]
}
