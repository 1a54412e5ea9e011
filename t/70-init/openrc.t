#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The OpenRC script on private paths, with OpenRC's functions as small stand-ins.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

my $dir = File::Temp->newdir('heddle-openrc-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($pidfile, $conf) = ("$dir/run/heddle.pid", "$dir/heddle.yaml");
my $backend = backend('named', name => 'one');
my $port = free_port;

sub configure {
	my ($timeout) = @_;
	Heddle::write_file($conf, <<"END");
workers: 1
pid_file: $pidfile
log: {to: $dir/error.log}
services:
  web: {listen: "127.0.0.1:$port", connect_timeout: $timeout, backends: [${\addresses($backend)}]}
END
}

# What openrc-run does with the variables when a script has no start() and stop() of its own.
my $script = Heddle::read_file(Heddle::root() . '/conf/init/heddle.openrc');
$script =~ s{^command=.*$}{command=@{[Heddle::binary()]}}m;
Heddle::write_file("$dir/script", $script);
Heddle::write_file("$dir/openrc", <<'END');
ebegin() { echo "$*"; }
eend() { return "$1"; }
checkpath() { [ "$1" = -d ] && [ "$2" = -m ] && mkdir -p -m "$3" "$4"; }
start() {
	start_pre && $command $command_args $command_args_background
}
stop() {
	stop_pre && kill -s TERM "$(cat "$pidfile")"
}
END
mkdir "$dir/bin";
Heddle::write_file("$dir/bin/start-stop-daemon", <<'END');
#!/bin/sh
[ "$1" = --signal ] && [ "$3" = --pidfile ] && kill -s "$2" "$(cat "$4")"
END
chmod 0755, "$dir/bin/start-stop-daemon";
# (exit status, what it printed)
sub rc {
	my ($action, $command) = @_;
	local %ENV = (%ENV, heddle_conf => $conf, heddle_pidfile => $pidfile,
		RC_CMD => $command // $action, PATH => "$dir/bin:$ENV{PATH}");
	my $text = qx(cd $dir && sh -c '. ./openrc; . ./script; $action' </dev/null 2>&1);
	return ($? >> 8, $text);
}
sub does {
	my ($action, $status, $pattern, $what) = @_;
	my ($got, $text) = rc($action);
	is($got, $status, "$action: $what") or diag($text);
	like($text, $pattern, "$action says so") if $pattern;
}
sub pid { return Heddle::read_file($pidfile) =~ /^(\d+)$/m ? $1 : 0 }
sub gone { my ($pid) = @_; return until_true(sub { !kill(0, $pid) }, 20) }
END { my $pid = pid(); kill 'KILL', $pid if $pid && $pid != $$ }

configure('5');
does('configtest', 1, qr/has no unit/, 'tells the mistake');
does('start', 1, qr/has no unit/, 'does not start with it');
configure('5s');
does('start', 0, undef, 'starts, and makes the folder of the pid file');
my $pid = pid() or exit 1;
is(who($port), 'one', 'it serves');
configure('3s');
does('reload', 0, qr/connect_timeout/, 'applied, told what changed');
configure('3');
does('reload', 1, qr/has no unit/, 'refused');
is((rc('stop_pre', 'restart'))[0], 1, 'a restart is refused before anything stops');
is(who($port), 'one', '... and all goes on');
configure('3s');
does('reopen', 0, qr/Opening/, 'the logs are opened again');
does('quit', 0, qr/Draining/, 'drains');
ok(gone($pid), 'and ends');
does('start', 0, undef, 'starts again');
$pid = pid();
does('stop', 0, undef, 'stops');
ok(gone($pid), 'and is gone');
done_testing();
