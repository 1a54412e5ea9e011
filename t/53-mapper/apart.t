# SPDX-License-Identifier: BSD-2-Clause
# What a process of a script has of heddle: a stream to the mapper process and the door to caches,
# and nothing else. No memory that is shared, no listening socket, no log, no stream of a worker;
# what it forks and threads that it starts have not more than that.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

plan(skip_all => 'looks into /proc') if $^O ne 'linux';
my %scripts = (
	python => ['py', "import subprocess\nchild = subprocess.Popen(['sleep', '1000'], close_fds=False)\ndef get(key):\n    return '\$NODE'\n"],
	lua => ['lua', "io.popen('sleep 1000')\nfunction get(key) return '\$NODE' end\n"]);

sub shared { my ($pid) = @_; return grep { /^\S+ \S*w\S*s / } split /\n/, Heddle::read_file("/proc/$pid/maps") // '' }
sub open_files {
	my ($pid) = @_;
	my %is = map { m{(\d+)$} ? ($1 => readlink) : () } glob "/proc/$pid/fd/*";
	return \%is;
}

for my $language (sort keys %scripts) {
	my $missing = script_missing($language);
	my ($end, $text) = @{ $scripts{$language} };
	subtest($language => sub {
		plan(skip_all => $missing) if $missing;
		my $m = scripted(script => "{file: get.$end, limit: 10s, processes: 2}", workers => 2,
			files => { "get.$end" => $text });
		is($m->ask('a'), 'node 0/0', 'it answers') for 1 .. 4;
		ok(until_true(sub { $m->processes == 3 }, 10), 'three processes');
		ok(shared($m->mapper_pid) > 0, 'the mapper process has shared memory');
		kill 'KILL', ($m->processes)[0];	# this one is forked again, when all streams are there
		ok(until_true(sub { $m->count(qr/was killed by signal 9/) == 1 && $m->processes == 3 }, 10), 'another process');
		is($m->ask('a'), 'node 0/0', '... answers') for 1 .. 4;
		# One that has just been forked still has what the mapper process has.
		until_true(sub { $m->processes == 3 && !grep { shared($_) || (open_files($_)->{3} // '') !~ /^socket:/ } $m->processes }, 10);
		for my $pid ($m->processes) {
			is_deeply([shared($pid)], [], 'a process of a script has none');
			my $is = open_files($pid);
			my @more = grep { $_ > 4 && $is->{$_} !~ m{^pipe:|\.\w+$} } sort keys %$is;
			is_deeply(\@more, [], '... and no descriptors but its own') or diag(explain($is));
			like($is->{0}, qr{^/dev/null$}, '... input is empty');
			like($is->{3}, qr{^socket:}, '... the stream');
			like($is->{4}, qr{^socket:}, '... the door');
		}
		my @forked;
		my $sleeps = sub { return Heddle::read_file("/proc/$_[0]/cmdline") =~ m{^(?:\S*/)?(?:sleep|sh)\0} };
		ok(until_true(sub {
			@forked = map { split ' ', Heddle::read_file("/proc/$_/task/$_/children") } $m->processes;
			return @forked && !grep { !$sleeps->($_) } @forked;
		}, 10), 'they have forked');
		for my $pid (@forked) {
			my $is = open_files($pid);
			is_deeply([grep { $is->{$_} =~ m{^socket:} } sort keys %$is], [], '... what has no socket of heddle') or diag(explain($is));
		}
		$m->running->finish;
	});
}
done_testing();
