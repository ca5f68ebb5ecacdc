#!/usr/bin/env bash
# Runs a campaign of jobs on a private SLURM, brings N faults of every kind about while it runs, and prints what became of the tasks.
#
#   tests/inject-faults.sh [N [SEED]]     N faults (default 500), planned by SEED (default 1)
#
# Needs slurm-wlm and munge. The orchestrator's own words are kept where KEEP=DIR in the environment says. Exit code 0: every task ended
# right, none ran twice, none was lost.
set -uo pipefail
cd "$(dirname "$0")/.."
export CAMPAIGN_FAULTS=${1:-500} CAMPAIGN_FAULT_SEED=${2:-1}
PATH=$PATH:/usr/sbin command -v slurmctld >/dev/null && PATH=$PATH:/usr/sbin command -v munged >/dev/null ||
  { echo "slurmctld or munged is missing: 'apt-get install slurm-wlm munge' brings them." >&2; exit 2; }
if [ -n "${KEEP:-}" ]; then
  mkdir -p "$KEEP"
  CAMPAIGN_FAULT_REPORT=$(cd "$KEEP" && pwd)
else
  CAMPAIGN_FAULT_REPORT=$(mktemp -d)
  trap 'rm -rf "$CAMPAIGN_FAULT_REPORT"' EXIT
fi
export CAMPAIGN_FAULT_REPORT

dotnet build tests/Campaign.System.Tests -c Release -v quiet -nodeReuse:false || exit 1
echo "$CAMPAIGN_FAULTS faults, seed $CAMPAIGN_FAULT_SEED; $(date -u +%FT%RZ), load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors"
dotnet test tests/Campaign.System.Tests -c Release --no-build --nologo --filter "FullyQualifiedName~FaultCampaignTests" >"$CAMPAIGN_FAULT_REPORT/test.log" 2>&1
status=$?
echo
cat "$CAMPAIGN_FAULT_REPORT/table.md" 2>/dev/null
[ "$status" -eq 0 ] || tail -n 100 "$CAMPAIGN_FAULT_REPORT/test.log"
echo "load at the end $(cut -d' ' -f1-3 /proc/loadavg)"
exit "$status"
