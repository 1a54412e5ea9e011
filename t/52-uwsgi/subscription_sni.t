# SPDX-License-Identifier: BSD-2-Clause
# sni_key, sni_crt and sni_ca of an announcement name files: whatever becomes of it, no process of
# heddle asks the system for one of them.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet signed make_key);

my $strace = program('strace') or plan(skip_all => 'needs strace');
plan(skip_all => 'strace may not attach here') if system("$strace -o /dev/null true >/dev/null 2>&1");

my $dir = File::Temp->newdir('heddle-files-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $private = make_key($dir, 'a.test');
my $trace = "$dir/trace";
my $node = backend('script', on => qr/HTTP_HOST/, text => "node\n");

# A file of each kind, and where none is; relative ones count from the folder that heddle runs in.
my %sni = map { $_ => "$dir/sni-$_" } qw(sni_key sni_crt sni_ca);
Heddle::write_file($_, "nothing\n") for values %sni;
my @others = ({ sni_key => 'sni-relative', sni_crt => '../sni-above', sni_ca => "$dir/sni-none/x" },
	{ sni_key => "file:$dir/sni-url", sni_crt => "$dir/sni-\0x", sni_ca => '' });

# Leaks cannot be looked for in a process that is traced.
my $s = subscribed(workers => 2,
	server => "tolerance: 90s\nsign: {keys: '$dir'}\nallow_unsigned: true\nregexp: true\n",
	env => { ASAN_OPTIONS => join ':', grep { defined } $ENV{ASAN_OPTIONS}, 'detect_leaks=0' },
	wrapper => [$strace, '-D', '-f', '-qq', '-e', 'trace=%file', '-o', $trace]);
my $h = $s->heddle;

# Waits until so many datagrams more have been counted as that.
sub counted {
	my ($result, @datagrams) = @_;
	my $before = $s->datagrams($result);
	$s->send(@datagrams);
	ok(until_true(sub { $s->datagrams($result) == $before + @datagrams }, 30), "$result: " . @datagrams)
		or diag(explain($s->count));
}

my $at = time;
counted(new => signed($private, 'a.test', $node->address, %sni, at => $at),
	map { announcement($_, $node->address, %sni) } qw(b.test b.test:443 *.c.test ~^d[0-9]+$));
counted(refresh => signed($private, 'a.test', $node->address, %sni, at => $at + 1),
	map { announcement('b.test', $node->address, %$_) } \%sni, @others);
counted(bad_signature => announcement('a.test', $node->address, %sni));
counted(malformed => announcement('b.test', 'x:y:z', %sni), packet(0, key => 'b.test', %sni), packet(0, %sni));
is($s->ask($_), 'node', "$_ has requests") for qw(a.test b.test b.test:443 x.c.test d1);

is(($h->reload($s->yaml =~ s/regexp: true/regexp: false/r))[0], 0, 'other settings');
my ($worker) = $h->worker_pids;
$h->kill_worker($worker);
ok($h->wait_for(sub { my @now = $h->worker_pids; @now == 2 && !grep { $_ == $worker } @now }, 30, 'another worker'),
	'a worker dies');
is($s->ask('b.test'), 'node', '... and its successor knows the node');
counted(unsubscribe => signed($private, 'a.test', $node->address, %sni, at => $at + 2, command => 1),
	withdrawal('b.test', $node->address, %sni));
$h->finish(alerts => 1, seconds => 60);

my $seen = Heddle::read_file($trace);
like($seen, qr{"\Q$dir\E/a\.test\.pem"}, 'the file of the key that signs is seen');
is(join("\n", grep { /sni-/ } split /\n/, $seen), '', '... and none that an announcement names');
done_testing();
