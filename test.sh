#!/usr/bin/env bash
# Restores, builds (warnings are errors), runs every test and prints "N passed, N failed, N skipped".
#   ./test.sh            all tests
#   ./test.sh FILTER     only tests whose full name contains FILTER
# As root on Debian it installs what some tests use as an oracle; elsewhere those tests are skipped and say so.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# program -> Debian package that brings it
declare -A oracles=([lmp]=lammps [chromium]=chromium [pg_ctlcluster]=postgresql [sshd]=openssh-server [slurmctld]=slurm-wlm [munged]=munge)

install_oracles() {
  local missing=()
  for program in "${!oracles[@]}"; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || missing+=("${oracles[$program]}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "test.sh: not root, so ${missing[*]} cannot be installed; tests that compare with them will be skipped." >&2
    return
  fi
  echo "test.sh: installing ${missing[*]} (used by tests only)"
  local log
  log=$(mktemp)
  if ! { apt-get -qq -o DPkg::Lock::Timeout=900 update &&
         DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=900 install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "test.sh: the installation above failed; tests that need ${missing[*]} will be skipped." >&2
  fi
  rm -f "$log"
}

command -v dotnet >/dev/null || { echo "test.sh: the .NET 10 SDK is needed (the command 'dotnet' is not on PATH)." >&2; exit 1; }
install_oracles

dotnet build Campaign.sln -c Release -v quiet -nodeReuse:false || { echo "0 passed, 1 failed"; exit 1; }

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
filter=()
[ $# -gt 0 ] && filter=(--filter "FullyQualifiedName~$1")
status=0
run() {
  dotnet test "tests/$1/$1.csproj" -c Release --no-build --nologo \
    --logger "console;verbosity=normal" --logger "trx;LogFileName=$1.trx" --results-directory "$results" "${filter[@]}"
}
# the core's tests wait more than they compute, the numerical ones the other way round: they share the machine
run Campaign.Core.Tests >"$results/core.log" 2>&1 &
core=$!
run Campaign.Compute.Tests || status=1
wait "$core" || status=1
cat "$results/core.log"
run Campaign.System.Tests || status=1

# counters of all result files together; a project that died without a result file counts as one failure
sum() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ s += $1 } END { print s + 0 }'; }
total=$(sum total) passed=$(sum passed) executed=$(sum executed)
failed=$((executed - passed))
skipped=$((total - executed))
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
# which ones and why, once more at the end: the log is long
cat "$results"/*.trx 2>/dev/null | awk '
  /<UnitTestResult .*outcome="Failed"/ { match($0, / testName="[^"]*"/); print "failed: " substr($0, RSTART + 11, RLENGTH - 12); failed = 1 }
  failed && /<Message>/                { message = 1; lines = 0 }
  /<StackTrace>/                       { message = 0; failed = 0 }
  message && lines++ < 6               { gsub(/<\/?Message>/, ""); print "   " $0 }'
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
