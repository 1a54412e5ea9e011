# SPDX-License-Identifier: BSD-2-Clause
# tcp_fallback's log: where it goes, HUP, and the last words.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

my $live = backend('named', name => 'live');
my $dir = File::Temp->newdir;
chmod 0755, $dir;
my $log = "$dir/fallback.log";
my $stamp = qr{^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d }m;

umask 022;
my $port = free_port();
my $p = old_program('tcp_fallback', '-logfile', $log, '-stats=100ms', "127.0.0.1:$port",
	$live->address);
ok($p->wait_listening($port), 'it listens');
ok($p->wait_log(qr/${stamp}STATS: /m, $log), 'lines go to the file');
is((stat $log)[2] & 0777, 0640, 'that only its group may read');
rename $log, "$log.1";
$p->signal('HUP');
ok($p->wait_log(qr/${stamp}SIGHUP received, re-opening logfile$/m, $log), 'HUP opens it again');
ok($p->wait_log(qr/STATS: /, $log), 'and lines go there');
is(who($port), 'live', 'it goes on serving');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');
ok($p->wait_log(qr/${stamp}Signal received: terminated\n(?:.*\n)*${stamp}Exiting\.\.\.\n\z/m, $log),
	'last words');
is($p->output, '', 'nothing on standard error');

$port = free_port();
$p = old_program('tcp_fallback', "127.0.0.1:$port", $live->address);
ok($p->wait_listening($port), 'without a file');
$p->signal('HUP');
ok($p->wait_log(qr/${stamp}SIGHUP received/m), 'HUP is told');
is(who($port), 'live', 'and does no harm');
$p->signal('INT');
is($p->ended, 0, 'INT ends it with 0');
ok($p->wait_log(qr/${stamp}Signal received: interrupt\n(?:.*\n)*${stamp}Exiting\.\.\./m), 'last words');

$port = free_port();
$p = old_program('tcp_fallback', '-quiet', '-stats=50ms', "127.0.0.1:$port", '127.0.0.1:1');
ok($p->wait_listening($port), '-quiet');
client($port)->ended;
$p->signal('TERM');
is($p->ended, 0, 'it ends');
is($p->output, '', 'and has said nothing');

$port = free_port();
my $dead = '127.0.0.1:' . free_port();
$p = old_program('tcp_fallback', '-debug', "127.0.0.1:$port", $dead, $live->address);
ok($p->wait_listening($port), '-debug');
is(who($port), 'live', 'it serves');
ok($p->wait_log(qr/${stamp}DEBUG: <${\$live->address}> Start transfer 127\.0\.0\.1:$port to 127\.0\.0\.1:\d+, client 127\.0\.0\.1:\d+$/m),
	'a session begins');
ok($p->wait_log(qr/${stamp}DEBUG: <${\$live->address}> Finished transfer from 127\.0\.0\.1:$port to 127\.0\.0\.1:\d+ done, /m), '... and ends');
$p->wait_log(qr/Failed to connect to backend \Q$dead\E/);
is(who($port), 'live', 'the dead one is passed over');
ok($p->wait_log(qr/${stamp}DEBUG: <\Q$dead\E> skipping backend in failed state$/m), '... and that is told');
$p->signal('TERM');
is($p->ended, 0, 'it ends');

# Under its old name.
symlink Heddle::binary(), "$dir/tcp_fallback";
my $pid = launch({ out => "$dir/o", err => "$dir/o" }, "$dir/tcp_fallback", '-x');
is(reap($pid, 10) >> 8, 2, 'a link');
like(Heddle::read_file("$dir/o"), qr/not defined: -x/, 'is the old program');
done_testing();
