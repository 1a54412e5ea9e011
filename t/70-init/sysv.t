#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The SysV script on private paths: what it does, and LSB's
# exit statuses.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

my $dir = File::Temp->newdir('heddle-init-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $script = Heddle::root() . '/conf/init/heddle.sysv';
my ($pidfile, $conf) = ("$dir/run/heddle.pid", "$dir/heddle.yaml");
my $backend = backend('named', name => 'one');
my $port = free_port();

sub configure {
	my ($timeout) = @_;
	Heddle::write_file($conf, <<"END");
workers: 1
pid_file: $pidfile
log: {to: $dir/error.log}
services:
  web: {listen: "127.0.0.1:$port", connect_timeout: $timeout, backends: ["@{[$backend->address]}"]}
END
}

Heddle::write_file("$dir/default", <<"END");
HEDDLE_DAEMON=@{[Heddle::binary()]}
HEDDLE_CONF=$conf
HEDDLE_PIDFILE=$pidfile
END

# (exit status, what it printed)
sub init {
	my ($action) = @_;
	my $text = qx(HEDDLE_DEFAULTS=$dir/default sh $script $action </dev/null 2>&1);
	return ($? >> 8, $text);
}

sub does {
	my ($action, $status, $pattern, $what) = @_;
	my ($got, $text) = init($action);
	is($got, $status, "$action: $what") or diag($text);
	like($text, $pattern, "$action says so") if $pattern;
}

sub pid { return Heddle::read_file($pidfile) =~ /^(\d+)$/m ? $1 : 0 }
END { my $pid = pid(); kill 'KILL', $pid if $pid && $pid != $$ }

does('status', 3, qr/stopped/, 'stopped');
does('start', 6, qr/missing/, 'no configuration');
configure('5s');
does('configtest', 0, undef, 'the configuration is fine');
does('reload', 7, qr/not running/, 'not running');
does('reopen', 7, qr/not running/, 'not running');
does('try-restart', 0, undef, 'nothing to do');
does('stop', 0, undef, 'stopped already');
does('nonsense', 2, qr/usage/, 'bad arguments');

does('start', 0, qr/started/, 'starts');
my $first = pid();
ok($first && kill(0, $first), 'the pid file names a process');
is(who($port), 'one', 'it serves as soon as the script is back');
does('start', 0, qr/already/, 'started already');
does('status', 0, qr/running, pid $first/, 'running');

configure('3s');
does('reload', 0, qr/connect_timeout/, 'applied, told what changed');
configure('3');
does('configtest', 6, qr/has no unit/, 'tells the mistake');
does('reload', 6, qr/has no unit/, 'refused');
does('restart', 6, qr/has no unit/, 'refused before anything stops');
is(pid(), $first, 'the process is the same');
is(who($port), 'one', 'the old configuration goes on');
configure('3s');
does('force-reload', 0, undef, 'nothing changed');
does('reopen', 0, undef, 'log files opened again');

does('restart', 0, qr/started/, 'another process');
my $second = pid();
isnt($second, $first, 'with another pid');
is(who($port), 'one', 'it serves');
does('quit', 0, qr/stopped/, 'drained');
does('status', 3, qr/stopped/, 'gone, and its pid file too');

does('start', 0, undef, 'once more');
my $third = pid();
ok($third, 'with a pid file') or exit 1;
kill 'KILL', $third;
until_true(sub { !kill 0, $third });
does('status', 1, qr/dead/, 'dead, the pid file is still there');
does('start', 0, qr/started/, 'takes the stale pid file over');
does('stop', 0, qr/stopped/, 'stops');
does('status', 3, undef, 'stopped');
ok(!-e $pidfile, 'no pid file is left');

Heddle::write_file("$dir/default", "HEDDLE_DAEMON=$dir/none\nHEDDLE_CONF=$conf\n");
does('start', 5, qr/not installed/, 'no program');
done_testing();
