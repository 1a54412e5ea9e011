# SPDX-License-Identifier: BSD-2-Clause
# A running heddle with a configuration of its own in a folder of its own.
#
#   my $h = Heddle->start("services: ...", workers => 4);
#   $h->reload("services: ..."); $h->stats; $h->wait_log(qr/.../);
#   $h->finish;	# stops it; asserts what every test must find, see there
package Heddle;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Spec;
use File::Temp;
use JSON::PP;
use POSIX ();
use Test::More;

use Heddle::Child qw(launch end_child reap until_true);
use Heddle::Client;
use Heddle::Http;

my $root = abs_path(dirname(__FILE__) . '/../..');

# A relative name begins where the test was started; tests go elsewhere, and so do their children.
$ENV{$_} = File::Spec->rel2abs($ENV{$_}) for grep { defined $ENV{$_} } qw(BUILD HEDDLE);
sub binary { return $ENV{HEDDLE} // ($ENV{BUILD} // "$root/build") . '/heddle' }
sub root { return $root }

# Built with sanitizers: what is measured means nothing.
sub sanitized { return read_file(binary()) =~ /__asan_init/ }

# Event back-ends to run on. HEDDLE_EVENT names one; `one`: always the same one for a test, and each
# of them for some tests.
sub events {
	my @all = $^O eq 'linux' ? qw(epoll poll) : qw(kqueue poll);
	my $which = $ENV{HEDDLE_EVENT} // '' or return @all;
	return $which if $which ne 'one';
	return $all[unpack('%32C*', File::Basename::basename($0)) % @all];
}

# What a test does not say itself. It comes last, so that lines keep their numbers.
sub configuration {
	my ($self, $yaml) = @_;
	my %default = (
		workers => $self->{workers} // 2,
		change_timeout => '5s',	# a busy machine may take longer than the 1.5 s of heddle's own
		event => $self->{event} // (events())[0],
		pid_file => "$self->{dir}/heddle.pid",
		log => "{to: $self->{dir}/error.log, level: info}",
		access_log => "{to: $self->{dir}/access.log, format: json}",
	);
	$yaml .= "\n" if $yaml !~ /\n\z/;
	for my $key (sort keys %default) {
		$yaml .= "$key: $default{$key}\n" if $yaml !~ /^$key:/m;
	}
	return $yaml;
}

sub write_file {
	my ($path, $text) = @_;
	open my $file, '>', $path or die "$path: $!";
	print $file $text;
	close $file or die "$path: $!";
}

sub read_file {
	my ($path) = @_;
	open my $file, '<', $path or return '';
	local $/;
	return readline($file) // '';
}

sub configure {
	my ($self, $yaml) = @_;
	write_file($self->{file}, $self->configuration($yaml));
}

# The folder is open to the user that heddle becomes: sanitizers' reports, unix backends.
sub prepare {
	my ($class, $yaml, %o) = @_;
	my $dir = File::Temp->newdir('heddle-test-XXXXXX', TMPDIR => 1);
	my $self = bless { %o, dir => "$dir", keep => $dir, owner => $$,
		file => "$dir/heddle.yaml" },
		$class;
	chmod 0755, $dir;
	mkdir "$dir/reports";
	chmod 01777, "$dir/reports";
	$self->configure($yaml);
	return $self;
}

sub environment {
	my ($self) = @_;
	my $report = "log_path=$self->{dir}/reports/report";
	return {
		ASAN_OPTIONS => join(':', $ENV{ASAN_OPTIONS} // (), $report),
		UBSAN_OPTIONS => join(':', $ENV{UBSAN_OPTIONS} // (), 'print_stacktrace=1',
			$report),
		%{ $self->{env} // {} },
	};
}

# A command of heddle's: (exit code, all its output). `-c` is there already.
sub command {
	my ($self, @arguments) = @_;
	my $out = "$self->{dir}/command.out";
	unlink $out;
	my $pid = launch({ out => $out, err => $out, env => $self->environment },
		binary(), '-c', $self->{file}, @arguments);
	my $status = reap($pid, 20) // end_child($pid, 'KILL');
	end_child($pid);
	return ($status & 127 ? "signal $status" : $status >> 8, read_file($out));
}

# Options: workers, event, env, args => [...], wrapper => [...], before => code in the
# child, keep_open => [handles it inherits], fails => 1: it is expected to end at once.
sub start {
	my ($class, $yaml, %o) = @_;
	my $self = $class->prepare($yaml, %o);
	$self->run;
	return $self if $o{fails};
	return $self if $self->wait_ready;
	diag($self->{file}, ":\n", read_file($self->{file}), "output:\n", $self->output,
		$self->log);
	die "heddle did not get ready: "
		. (defined reap($self->{pid}) ? 'it ended' : 'time limit') . "\n";
}

sub run {
	my ($self) = @_;
	$self->{pid} = launch({
		out => "$self->{dir}/output", err => "$self->{dir}/output",
		env => $self->environment, before => $self->{before}, keep => $self->{keep_open},
	}, @{ $self->{wrapper} // [] }, binary(), '-c', $self->{file}, @{ $self->{args} // [] });
}

sub wait_ready {
	my ($self, $seconds) = @_;
	return until_true(sub { $self->health == 200 || defined reap($self->{pid}) },
		$seconds // 20)
		&& !defined reap($self->{pid});
}

sub pid { return $_[0]{pid} }
sub dir { return $_[0]{dir} }
sub control { return "$_[0]{dir}/heddle.sock" }
sub output { return read_file("$_[0]{dir}/output") }
sub log { return read_file("$_[0]{dir}/error.log") }

sub health { my ($self, $path) = @_; return $self->get($path // '/_health/ready') }
# Status of a path on the control socket; in list context (status, body, headers).
sub get {
	my ($self, $path) = @_;
	my @answer = Heddle::Http::request($self->control, 'GET', $path);
	return wantarray ? @answer : $answer[0];
}

sub stats { my ($self) = @_; return Heddle::Http::get_json($self->control, '/_v1/stats') }
sub service { my ($self, $name) = @_; return ($self->stats // {})->{services}{$name} }
sub backend {
	my ($self, $service, $name) = @_;
	return ($self->service($service) // {})->{backends}{$name};
}
sub counter { my ($self, $name) = @_; return ($self->stats // {})->{counters}{$name} }

sub processes {
	my ($self, $kind) = @_;
	my ($status, $body) = $self->get('/_v1/stats');
	my $stats = eval { decode_json($body) };
	diag("stats: status $status, ", length $body, " bytes, $@") if !$stats && $status;
	return grep { $_->{kind} eq $kind && $_->{pid} } @{ $stats->{processes} // [] };
}
# Workers that serve (not those that finish what they have), by pid.
sub worker_pids {
	my ($self) = @_;
	my @pids = sort { $a <=> $b } map { $_->{pid} }
		grep { $_->{status} ne 'draining' } $self->processes('worker');
	return @pids;	# or how many
}
# undef while there is none to ask.
sub control_pid { my ($self) = @_; my ($c) = $self->processes('control'); return $c && $c->{pid} }

# Memory of a process in bytes (Linux): all it has mapped; its fair share of what is not a
# file (those are shared with whoever else runs the program).
sub rss {
	my ($self, $pid) = @_;
	my $pages = (split / /, read_file("/proc/$pid/statm"))[1];
	return $pages * POSIX::sysconf(POSIX::_SC_PAGESIZE());
}
sub pss {
	my ($self, $pid) = @_;
	my %kb = read_file("/proc/$pid/smaps_rollup") =~ /^(\w+):\s+(\d+) kB/mg;
	return defined $kb{Pss_Anon} ? ($kb{Pss_Anon} + $kb{Pss_Shmem}) << 10 : $kb{Pss} << 10;
}
sub cpu_seconds {
	my ($self, $pid) = @_;
	my @field = split / /, read_file("/proc/$pid/stat") =~ s/.*\) //r;
	return ($field[11] + $field[12]) / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

sub signal { my ($self, $name) = @_; return kill $name, $self->{pid} }

# Writes the file (or leaves it) and asks for a reload: (exit code, output).
sub reload {
	my ($self, $yaml) = @_;
	$self->configure($yaml) if defined $yaml;
	return $self->command('-s', 'reload');
}

# By signal; waits until it was applied or refused.
sub hup {
	my ($self, $yaml) = @_;
	$self->configure($yaml) if defined $yaml;
	my $told = sub { return scalar(() = $self->log =~ /^\S+ \w+ master\S* .*reload/mg) };
	my $before = $told->();
	$self->signal('HUP');
	return $self->wait_for(sub { $told->() > $before }, 5, 'the reload to be told in the log');
}

sub wait_for {
	my ($self, $code, $seconds, $what) = @_;
	my $result = until_true($code, $seconds);
	diag("waited $seconds seconds for $what") if !$result;
	return $result;
}

# Waits for a line in the error log; what matched.
sub wait_log {
	my ($self, $pattern, $seconds) = @_;
	return until_true(sub { $self->log =~ $pattern ? $& || 1 : '' }, $seconds // 10)
		|| diag("no $pattern in the log:\n", $self->log);
}

# How often the pattern is in the log, once it is there `least` times or 10 s have passed.
sub log_count {
	my ($self, $pattern, $least) = @_;
	my $count;
	until_true(sub { ($count = () = $self->log =~ /$pattern/g) >= $least }, 10);
	return $count;
}

# The access log, once it has so many lines. Those of several workers come in any order.
sub access {
	my ($self, $lines, $seconds) = @_;
	my $path = "$self->{dir}/access.log";
	until_true(sub { (my $n = () = read_file($path) =~ /\n/g) >= $lines }, $seconds // 10)
		or diag("no $lines lines in the access log");
	my @lines = split /\n/, read_file($path) =~ s/[^\n]+\z//r;	# the last one may be half written
	return map { /^\{/ ? decode_json($_) : $_ } @lines;
}

# Sessions all ended and all accounted for.
sub settled {
	my ($self) = @_;
	my $stats = $self->stats or return 'no answer';
	my ($accepted, $ended) = @{ $stats->{counters} }{qw(accepted_total ended_total)};
	my @left;
	for my $name (sort keys %{ $stats->{services} }) {
		my $service = $stats->{services}{$name};
		push @left, "$name: $service->{sessions_active} active"
			if $service->{sessions_active};
		for my $backend (sort keys %{ $service->{backends} }) {
			my $active = $service->{backends}{$backend}{sessions_active};
			push @left, "$name/$backend: $active active" if $active;
		}
	}
	push @left, map { "$_->{kind} $_->{pid}: $_->{sessions_active} active" }
		grep { $_->{sessions_active} } @{ $stats->{processes} };
	push @left, "accepted $accepted, ended $ended" if $accepted != $ended;
	return join ', ', @left;
}

sub reports {
	my ($self) = @_;
	return join '', map { read_file($_) } glob "$self->{dir}/reports/*";
}

# What must hold for all tests: every session that started has ended and
# nothing is active; it stops with 0; no alert, no sanitizer report, no process
# left. Options: stopped => 1 where the test has stopped it, alerts => 1 where
# an alert is what is tested, seconds => N.
sub finish {
	my ($self, %o) = @_;
	if (!$o{stopped}) {
		my $left;
		until_true(sub { ($left = $self->settled) eq '' }, $o{seconds} // 10);
		is($left, '', 'every session that started has ended');
		$self->signal('TERM');
	}
	my $status = reap($self->{pid}, $o{seconds} // 10);
	is($status, 0, 'it stops with 0') or diag($self->output);
	ok(until_true(sub { !kill 0, -$self->{pid} }, 5), 'no process is left');
	end_child($self->{pid});
	my $alerts = join '', $self->log =~ /^\S+ alert .*\n|^\{.*"level":"alert".*\n/mg;
	$o{alerts} || is($alerts, '', 'no alert in the log') or diag($self->log);
	is($self->reports, '', 'no report of a sanitizer');
	diag($self->log) if !Test::More->builder->is_passing && $ENV{TEST_VERBOSE};
}

# TERM and its exit code, without the assertions. run() may follow: no process has a socket any more.
sub stop {
	my ($self, $signal) = @_;
	$self->signal($signal // 'TERM');
	my $status = reap($self->{pid}, 10);
	end_child($self->{pid});
	until_true(sub { !kill 0, -$self->{pid} }, 5);
	return $status;
}

# QUIT: finishes what there is; the caller waits for `ended`.
sub quit { my ($self) = @_; return $self->signal('QUIT') }
sub ended { my ($self, $seconds) = @_; return reap($self->{pid}, $seconds // 10) }

sub kill_worker {
	my ($self, $pid, $signal) = @_;
	return kill $signal // 'KILL', $pid;
}

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}, 'KILL') if $self->{pid} && $$ == $self->{owner};
}

1;
