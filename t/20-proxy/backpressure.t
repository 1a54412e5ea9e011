# SPDX-License-Identifier: BSD-2-Clause
# Who reads slowly makes its peer wait; heddle keeps little, and nothing is lost.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(time);

on_each_event(sub {
	my $size = 16 << 20;
	my $source = backend('count', size => $size);
	my $stuck = backend('stuck');
	my ($down, $up) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
buffer_memory: 1m
services:
  down: {listen: "127.0.0.1:$down", backends: ["${\$source->address}"]}
  up: {listen: "127.0.0.1:$up", backends: ["${\$stuck->address}"]}
YAML
	my ($pid) = $h->worker_pids;
	my $before = $h->rss($pid);
	my @slow = map { client($down, receive_buffer => 8192) } 1 .. 40;
	my @full = map { client($up) } 1 .. 10;
	$_->send('x' x (4 << 20), 0) for @full;
	ok($h->wait_for(sub { stalled($h) }, 15, 'all to stand still'),
		'all wait for who reads slowly');
	cmp_ok($h->counter('buffer_bytes'), '<=', 1 << 20, 'buffers within buffer_memory');
	cmp_ok($h->rss($pid) - $before, '<', 4 << 20, 'the process does not grow')
		if !Heddle::sanitized();
	$_->shut for @slow;
	my $sha = Heddle::Client::pattern_sha1($size);
	for my $c (@slow[0 .. 2]) {
		my ($got, $tail) = $c->exchange(0, $size);
		is($got, $sha, 'in the end all comes');
	}
	$_->close for @slow, @full;
	$stuck->stop;
	ok($h->wait_for(sub { $h->counter('buffer_bytes') == 0 }, 10, 'buffers to be given back'),
		'buffers are given back');
	$h->finish;

	# What clients say before there is a backend counts too.
	my $hole = backend('blackhole');
	my $waits = free_port;
	my $second = heddle(<<"YAML", workers => 1);
buffer_memory: 256k
defaults: {connect_timeout: 60s, connect_total_timeout: 60s}
services:
  web: {listen: "127.0.0.1:$waits", backends: ["${\$hole->address}"]}
YAML
	my @waiting = map { client($waits) } 1 .. 20;
	kill 'STOP', $second->worker_pids;
	push @waiting, map { client($waits) } 1 .. 20;
	$_->send('x' x 60_000, 0) for @waiting;
	kill 'CONT', $second->worker_pids;
	ok($second->wait_for(sub { $second->service('web')->{sessions_active} == 40 }, 5, 'all'),
		'all are dialling');
	ok($second->wait_for(sub { $second->counter('buffer_bytes') > 0 }, 5, 'some to be read from'),
		'some have been read from');
	ok($second->wait_for(sub { stalled($second) }, 5, 'the rest to wait'), '... the rest waits');
	cmp_ok($second->counter('buffer_bytes'), '<=', 256 << 10, '... within buffer_memory');
	@waiting = ();
	$hole->stop;
	$second->finish;
});

# What is kept and what went is the same for a tenth of a second.
sub stalled {
	my ($h) = @_;
	my $now = join ' ', map { $h->counter($_) } qw(buffer_bytes spliced_bytes_total);
	($h->{seen}, $h->{since}) = ($now, time) if $now ne ($h->{seen} // '');
	return $now =~ /[1-9]/ && time - $h->{since} > 0.1;
}
