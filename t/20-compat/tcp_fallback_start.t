# SPDX-License-Identifier: BSD-2-Clause
# At its start tcp_fallback probes every backend: a dead one is known before the first client.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

my $dead = backend('refusing');
my $live = backend('named', name => 'live');
my $port = free_port();
my $p = old_program('tcp_fallback', '-debug', "localhost:$port", $dead->address, $live->address);

ok($p->wait_log(qr/Failed to connect to backend \Q@{[$dead->address]}\E/), 'told at the start');
ok($p->wait_listening($port), 'LOCAL may be a name');
ok($p->wait_log(qr/Resolved localhost:$port: 127\.0\.0\.1:$port$/m), 'that is looked up and told');
is(many($port, 3), 'live live live', 'the one that lives serves');
$p->signal('INT');
is($p->ended, 0, 'INT ends it with 0');

# A second one on the same address, and a slow backend that holds nobody else up.
my $taken = backend('named', name => 'taken');
my ($status, $output) = old_command('tcp_fallback', $taken->address, $live->address);
is($status, 1, 'an address that is taken: exit 1');
like($output, qr/Failed to open listening socket: .*\Q@{[$taken->address]}\E/, 'and it is named');
like($output, qr{\A\S+ \S+ Starting .*\n(?:\S+ \S+ .*\n)*\S+ \S+ Failed to open .*\n\z},
	'as a line of the log, behind those that every start has');
my $dir = File::Temp->newdir;
($status, $output) = old_command('tcp_fallback', '-logfile', "$dir/log", $taken->address, $live->address);
is($status, 1, 'with -logfile: exit 1');
like(Heddle::read_file("$dir/log"), qr/ Failed to open listening socket: /, '... the log says why');
like($output, qr/\AFailed to open listening socket: .*\n\z/, '... and standard error');
($status, $output) = old_command('tcp_fallback', '-logfile', "$dir/none/log", "127.0.0.1:$port",
	$live->address);
is($status, 1, 'a log that cannot be opened: exit 1');
like($output, qr{\Atcp_fallback: .*\Q$dir\E/none: no such file or directory$}i, '... and it is named');
unlike($output, qr/listening socket/, '... and not taken for an address');
($status, $output) = old_command('tcp_fallback', 'nothing.invalid:1', $live->address);
is($status, 1, 'an unknown LOCAL: exit 1');
like($output, qr/^Failed to open listening socket: .*nothing\.invalid:1/, 'and it is named');
($status, $output) = old_command('tcp_fallback', '127.0.0.1:1', 'no-port');
is($status, 1, 'no usable REMOTE: exit 1');
like($output, qr/no-port: missing port/, 'and why');
done_testing();
