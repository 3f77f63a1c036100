#!/usr/bin/env bash
# A Slurm cluster of this one machine, to try the Slurm profile on; it needs root, but no systemd.
#   tests/workflow/slurm/cluster.sh start   start it, installing Slurm with apt-get if it is missing
#   tests/workflow/slurm/cluster.sh stop    stop it and remove its files
set -euo pipefail

CONF=/etc/slurm/slurm.conf # not SLURM_CONF, which the jobs would not see
CGROUP=/etc/slurm/cgroup.conf
MARK="# Written by tests/workflow/slurm/cluster.sh"
STATE=/var/tmp/one-node-slurm
PATH=$PATH:/usr/sbin:/sbin

fail() {
  echo "$1" >&2
  exit 1
}

ours() { [ "$(head -n 1 $CONF 2>/dev/null)" = "$MARK" ]; }

install_slurm() {
  ! type slurmctld slurmd sbatch munged >/dev/null 2>&1 || return 0
  type apt-get >/dev/null 2>&1 ||
    fail "Slurm is missing, and apt-get too: install slurmctld, slurmd, sbatch and munge, then repeat."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -qq --no-install-recommends slurm-wlm munge; } >/dev/null ||
    fail "apt-get could not install slurm-wlm and munge, for the reason above."
}

# Jobs are neither accounted for nor confined, and remembered for an hour.
write_conf() {
  cat >$CONF <<END
$MARK
ClusterName=one-node
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
StateSaveLocation=$STATE/controller
SlurmdSpoolDir=$STATE/node
SlurmctldPidFile=$STATE/slurmctld.pid
SlurmdPidFile=$STATE/slurmd.pid
SlurmctldLogFile=$STATE/slurmctld.log
SlurmdLogFile=$STATE/slurmd.log
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MinJobAge=3600
ReturnToService=2
$(slurmd -C | head -n 1) NodeAddr=127.0.0.1
PartitionName=main Nodes=ALL Default=YES
END
  # Slurm wants control groups, which containers may lack, unless it is 24.05 or newer and told so.
  ! printf '%s\n' 24.05 "$(slurmd -V | grep -o '[0-9.]*$')" | sort -VC ||
    echo CgroupPlugin=disabled >$CGROUP
}

start_munge() {
  ! { munge -n | unmunge; } >/dev/null 2>&1 || return 0
  [ -e /etc/munge/munge.key ] || mungekey --create
  chown munge: /etc/munge/munge.key
  install -d -o munge -g munge -m 755 /run/munge $STATE/munge
  setpriv --reuid munge --regid munge --clear-groups munged --pid-file $STATE/munge/munged.pid
}

ready() {
  for _ in $(seq 30); do
    [ "$(sinfo --noheader --format=%t 2>/dev/null)" != idle ] || return 0
    sleep 1
  done
  return 1
}

start() {
  [ "$(id -u)" = 0 ] || fail "Slurm is started by root alone: use sudo, or a container."
  [ ! -e $CONF ] || ours || fail "There is a cluster already: $CONF is not this script's."
  ! ours || stop
  install_slurm
  install -d /etc/slurm $STATE/controller $STATE/node
  write_conf
  start_munge
  { slurmctld && slurmd && ready; } || {
    tail -n 20 $STATE/*.log >&2
    fail "Slurm did not start; its logs are above."
  }
}

stop() {
  ours || fail "There is no cluster to stop: $CONF is not this script's."
  for pidfile in $STATE/*.pid $STATE/munge/*.pid; do
    pid=$(cat "$pidfile" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do
      readlink /proc/"$pid"/exe >/dev/null || break # gone, if only unreaped
      sleep 0.2
    done
  done
  rm -rf $CONF $CGROUP $STATE
}

case ${1:-} in
start | stop) "$1" ;;
*) fail "Say what to do: $0 start, or $0 stop." ;;
esac
