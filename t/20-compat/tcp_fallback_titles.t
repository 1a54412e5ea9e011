# SPDX-License-Identifier: BSD-2-Clause
# ps shows which tcp_fallback is which: every process has its arguments in its title.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

plan(skip_all => 'reads /proc') if $^O ne 'linux';
my $one = backend('named', name => 'one');
my $port = free_port();
my $p = old_program('tcp_fallback', '-timeout', '3s', "127.0.0.1:$port", $one->address);
ok($p->wait_listening($port), 'it serves');

my $command = "tcp_fallback -timeout 3s 127.0.0.1:$port " . $one->address;
my $titles = sub {
	return sort map { Heddle::read_file("/proc/$_/cmdline") =~ s/\0.*//r }
		map { split / /, Heddle::read_file("/proc/$_/task/$_/children") . "$_" } $p->pid;
};
my @wanted = map { qr/^heddle: $_ \Q$command\E$/ }
	('control', 'master', 'resolver', ('worker \d+') x 4);
ok(until_true(sub {
	my @found = $titles->();
	return @found == @wanted && !grep { $found[$_] !~ $wanted[$_] } 0 .. $#wanted;
}, 10), 'titles') or diag(join "\n", $titles->());
$p->signal('INT');
is($p->ended, 0, 'INT ends it with 0');
done_testing();
