#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What ./demo shows: traffic over three backends, one of them dying and coming back, a reload.
# Then heddle stays, for you to try. Everything is started by this process and ends with it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";

use Heddle;
use Heddle::Backend qw(backend);
use Heddle::Child qw(reap until_true);
use Heddle::Client;
use Heddle::Port qw(free_port);

$| = 1;
$ENV{BUILD} = shift @ARGV if @ARGV;
my $stop;
$SIG{$_} = sub { $stop = 1; die "stopped\n" } for qw(INT TERM HUP);

my $port = free_port();
my %backend;

sub configuration {
	my (%weight) = @_;
	my $yaml = <<"END";
workers: 2
services:
  hello:
    listen: 127.0.0.1:$port
    balance: round_robin
    check: {type: tcp, interval: 500ms, rise: 1, fall: 1}
    backends:
END
	for my $name (sort { $backend{$a}{order} <=> $backend{$b}{order} } keys %weight) {
		my $address = $backend{$name}->address;
		$yaml .= "      $name: {address: \"$address\", weight: $weight{$name}}\n";
	}
	return $yaml;
}

# One connection, one request: who answers.
sub ask {
	my $client = Heddle::Client->new($port) or return 'nobody';
	$client->send("GET / HTTP/1.0\r\n\r\n");
	return $client->rest =~ /hello from (\w+)/ ? $1 : 'nobody';
}

sub say_line { print @_, "\n" }

# So many connections one after the other, and who answered how many of them.
sub traffic {
	my ($count) = @_;
	my %answers = map { $_ => 0 } keys %backend;
	$answers{ ask() }++ for 1 .. $count;
	my $failed = delete $answers{nobody} // 0;
	say_line(sprintf('   %d connections: ', $count), join(', ', map { "$_ $answers{$_}" }
		sort { $backend{$a}{order} <=> $backend{$b}{order} } keys %answers), "; failed $failed");
	return \%answers;
}

sub add_backend {
	my ($name) = @_;
	$backend{$name} = backend('http', name => $name, order => scalar keys %backend);
}

sub health_is {
	my ($heddle, $name, $status) = @_;
	return until_true(sub { ($heddle->backend('hello', $name) // {})->{status} eq $status }, 10);
}

sub logged {
	my ($heddle, $name) = @_;
	my @lines = grep { /\b\Q$name\E\b/ } split /\n/, $heddle->log;
	say_line('   ', $lines[-1]) if @lines;
}

sub show {
	add_backend($_) for qw(one two three);
	my $heddle = Heddle->start(configuration(one => 1, two => 1, three => 1));
	my @workers = $heddle->worker_pids;
	say_line("heddle is pid ", $heddle->pid, ", its workers @workers; it listens on 127.0.0.1:$port");
	say_line();

	say_line('1. Traffic over three backends');
	traffic(300);

	say_line('2. Backend two dies');
	$backend{two}->stop;
	traffic(300);
	health_is($heddle, 'two', 'down');
	logged($heddle, 'two');

	say_line('3. and comes back');
	$backend{two}->start;
	health_is($heddle, 'two', 'up');
	logged($heddle, 'two');
	traffic(300);

	say_line('4. A reload: four is new, one gets three times as much');
	my $open = Heddle::Client->new($port) or die "connect: $!\n";
	add_backend('four');
	my (undef, $changes) = $heddle->reload(configuration(one => 3, two => 1, three => 1, four => 1));
	print map { "   $_\n" } split /\n/, $changes;
	health_is($heddle, 'four', 'up');
	traffic(300);
	$open->send("GET / HTTP/1.0\r\n\r\n");
	say_line('   a connection opened before it: ', $open->rest =~ /hello from/ ? 'served' : 'lost',
		'; workers ', "@workers" eq join(' ', $heddle->worker_pids) ? 'the same' : 'others');
	return $heddle;
}

sub stay {
	my ($heddle) = @_;
	my $dir = $heddle->dir;
	print <<"END";

heddle goes on until Ctrl-C. Try

  curl http://127.0.0.1:$port/
  curl --unix-socket $dir/heddle.sock http://localhost/_v1/stats
  $ENV{BUILD}/heddle -c $dir/heddle.yaml -s reload	(after a change of that file)
  tail -f $dir/error.log $dir/access.log
END
	until ($stop || defined reap($heddle->pid)) { sleep 1 }
	return if $stop;
	die "heddle ended:\n" . $heddle->output . $heddle->log;
}

my $heddle;
eval { $heddle = show(); stay($heddle) };
my $why = $@;
$SIG{$_} = 'IGNORE' for qw(INT TERM HUP);
if ($stop) {
	say_line("\nstopping");
	$heddle->stop if $heddle;
	exit 0;
}
print STDERR "demo: $why";
exit 1;
