#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# heddle is killed by SIGSYS as a service although it works by hand: every system call that it makes
# is one that the unit's SystemCallFilter= allows, and every socket family one of its own.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my ($analyze, $strace) = map { program($_) } qw(systemd-analyze strace);
plan(skip_all => 'needs systemd-analyze and strace') if !$analyze || !$strace;
plan(skip_all => 'strace may not attach here') if system("$strace -o /dev/null true >/dev/null 2>&1");
plan(skip_all => 'sanitizers make calls of their own') if Heddle::sanitized();
time_limit(240);

my $unit = Heddle::root() . '/conf/systemd/heddle.service';
my $text = Heddle::read_file($unit);
my ($wanted) = $text =~ /^SystemCallFilter=(.*)$/m;
my ($families) = $text =~ /^RestrictAddressFamilies=(.*)$/m;

my (%sets, $set);
for (split /\n/, qx($analyze syscall-filter 2>/dev/null)) {
	if (/^(@\S+)/) { $set = $1 }
	elsif (/^\s+([@\w]\S*)/ && defined $set) { push @{ $sets{$set} }, $1 }
}
my %allowed;
sub allow {
	for my $name (@_) {
		next if $allowed{$name}++;
		allow(@{ $sets{$name} // [] }) if $name =~ /^\@/;
	}
}
allow(split ' ', $wanted);
cmp_ok(scalar keys %allowed, '>', 100, 'what systemd allows') or diag($wanted);

my $one = backend('named', name => 'one');
my $echo = backend('echo');
my ($port, $bulk, $other) = map { free_port } 1 .. 3;
my $yaml = sub { my ($listen) = @_; return <<"YAML" };
services:
  web: {listen: ["127.0.0.1:$listen", "unix:./web.sock"], check: {type: tcp, interval: 100ms}, backends: [${\addresses($one)}]}
  bulk: {listen: "127.0.0.1:$bulk", idle_timeout: 1m, backends: [${\addresses($echo)}]}
YAML
my $h = Heddle->prepare($yaml->($port), workers => 2);
my $trace = $h->dir . '/trace';
$h->{wrapper} = [$strace, '-D', '-f', '-qq', '-o', $trace];
$h->run;
ok($h->wait_ready(60), 'it runs');
is(many($port, 4), 'one one one one', 'sessions');
is(who('unix:' . $h->dir . '/web.sock'), 'one', '... on a unix socket');
my $big = client($bulk);
my $bytes = 'x' x 65536;
for (1 .. 40) { $big->send($bytes); $big->bytes(length $bytes) }
$big->close;
is(($h->reload($yaml->($other)))[0], 0, 'another address');
is(($h->command('-s', 'reopen'))[0], 0, 'the logs opened again');
my ($worker) = $h->worker_pids;
$h->kill_worker($worker);
ok($h->wait_for(sub { my @now = $h->worker_pids; @now == 2 && !grep { $_ == $worker } @now }, 30,
	'another worker'), 'a worker dies');
$h->stats;
$h->finish(alerts => 1, seconds => 60);

my ($calls, %families) = ('');
my %called = map { $_ => 1 } Heddle::read_file($trace) =~ /^\d+ +(\w+)\(/mg;
$families{$_} = 1 for Heddle::read_file($trace) =~ /^\d+ +socket(?:pair)?\((AF_\w+)/mg;
cmp_ok(scalar keys %called, '>', 30, 'calls are seen');
is(join(' ', grep { !$allowed{$_} } sort keys %called), '', 'none that the unit does not allow');
is(join(' ', grep { " $families " !~ / $_ / } sort keys %families), '', 'no family of sockets either');

my $verified = $h->dir . '/heddle.service';
Heddle::write_file($verified, $text =~ s{/usr/sbin/heddle}{/bin/true}gr);
is(qx($analyze --man=no verify $verified 2>&1), '', 'systemd has nothing to say about the unit');
done_testing();
