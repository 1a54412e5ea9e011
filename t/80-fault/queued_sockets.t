# SPDX-License-Identifier: BSD-2-Clause
# The system is short of memory for descriptors that are under way (ENOBUFS, again and again). Only
# workers are sent sockets; a child that starts meanwhile keeps no copy of what waits for another
# one; and when the shortage is over, the worker gets everything.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);

my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	static ssize_t (*real)(int, const struct msghdr *, int);

	if (m->msg_controllen > 0 && access(getenv("SHORT"), F_OK) == 0) {
		errno = ENOBUFS;
		return -1;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sendmsg");
	return real(fd, m, flags);
}
C

my ($library, $dir) = preload($source);
my $mark = "$dir/short";
plan(skip_all => 'not the system for it') if $^O ne 'linux';

# How many sockets that listen on one of the ports a process has.
sub listening {
	my ($pid, @ports) = @_;
	my %wanted = map { sprintf('%04X', $_) => 1 } @ports;
	my %inode;
	for (split /\n/, Heddle::read_file("/proc/$pid/net/tcp")) {
		my (undef, $local, undef, $state, @rest) = split ' ';
		$inode{ $rest[5] } = 1 if $state eq '0A' && $wanted{ (split /:/, $local)[1] };
	}
	my @links = map { readlink($_) // () } glob "/proc/$pid/fd/*";
	return scalar grep { /^socket:\[(\d+)\]$/ && $inode{$1} } @links;
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, @more) = map { free_port } 1 .. 6;
	my $yaml = sub {
		my $listen = join ', ', map { qq("127.0.0.1:$_") } @_;
		return <<"YAML";
change_timeout: 1s
services:
  web: {listen: [$listen], backends: ["${\$one->address}"]}
YAML
	};
	my $h = do {
		local @ENV{qw(LD_PRELOAD SHORT)} = ($library, $mark);
		heddle($yaml->($port), workers => 1);
	};
	Heddle::write_file($mark, '');
	my ($code, $said) = $h->reload($yaml->($port, @more));
	is($code, 0, 'a reload during the shortage');
	like($said, qr/^worker 1 .* has not confirmed the change yet$/m, '... the worker waits');
	my $has = sub {
		my ($kind) = @_;
		my $stats = $h->stats // return 0;
		return grep { $_->{kind} eq $kind && $_->{generation} == $stats->{generation} }
			@{ $stats->{processes} };
	};
	ok($h->wait_for(sub { $has->('control') }, 5, 'control'), '... but control needs no socket');
	is(scalar $has->('worker'), 0, '... while the worker still waits');
	cmp_ok(listening($h->pid, @more), '>', @more, 'the master has copies that wait');
	my $control = $h->control_pid;
	kill 'KILL', $control;
	ok($h->wait_for(sub { ($h->control_pid // $control) != $control }, 20, 'control'),
		'another control process');
	is(listening($h->control_pid, @more), 0, '... has none of the copies');
	unlink $mark;
	ok($h->wait_for(sub { eval { who($_) eq 'one' } }, 10, $_), "port $_ after the shortage")
		for @more;
	ok($h->wait_for(sub { listening($h->pid, @more) == @more }, 10, 'none'),
		'and the master has no copies any more');
	$h->finish(alerts => 1);
});
