# SPDX-License-Identifier: BSD-2-Clause
# Urgent (out-of-band) bytes do not cut a stream: all that is sent around them arrives, in order,
# both ways. The urgent byte itself is left out, as for a program that does not ask for it inline.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::INET;
use Socket qw(MSG_OOB SHUT_WR);

my @sizes = (10, 100_000, 700_000);

# Bytes, an urgent one, more bytes, the end. (Of two urgent bytes under way TCP keeps one.)
sub speak {
	my ($socket, $size, $behind) = @_;
	my $text = Heddle::Client::pattern(0, $size + $behind);
	$socket->blocking(1);
	write_all($socket, substr $text, 0, $size);
	send $socket, '!', MSG_OOB;
	write_all($socket, substr $text, $size);
	return shutdown $socket, SHUT_WR;
}

sub write_all {
	my ($socket, $text) = @_;
	while (length $text) {
		my $n = syswrite $socket, $text or return;
		substr $text, 0, $n, '';
	}
	return;
}

on_each_event(sub {
	my $count = backend('count');
	my $speaker = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64);
	my $from = '127.0.0.1:' . $speaker->sockport;
	my $pid = spawn(sub {
		while (my $c = $speaker->accept) {
			(sysread $c, my $sizes, 100) or next;
			speak($c, split / /, $sizes);
			1 while sysread $c, my $rest, 1 << 16;
		}
	}, $speaker);
	my ($up, $down) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  up: {listen: "127.0.0.1:$up", backends: ["${\$count->address}"]}
  down: {listen: "127.0.0.1:$down", backends: ["$from"]}
YAML
	for my $case (map { my $size = $_; map { [$size, $_] } 0, 1000 } @sizes) {
		my ($size, $behind) = @$case;
		my $want = join ' ', $size + $behind, Heddle::Client::pattern_sha1($size + $behind);
		my (%up, %down);
		for (1 .. 10) {
			my $c = client($up);
			speak($c->socket, $size, $behind);
			$c->socket->blocking(0);
			$up{ $c->line // $c->error }++;
			$c = client($down);
			$c->send("$size $behind");
			my $got = $c->rest;
			$down{ length($got) . ' ' . Digest::SHA::sha1_hex($got) . $c->error }++;
		}
		is_deeply(\%up, { $want => 10 }, "$size bytes before an urgent one, $behind behind: to the backend");
		is_deeply(\%down, { $want => 10 }, '... and to the client');
	}
	my ($worker) = $h->processes('worker');
	my $before = $h->cpu_seconds($worker->{pid});
	my $c = client($up);
	$c->send('x' x 200_000);
	send $c->socket, '!', MSG_OOB;
	select undef, undef, undef, 0.5;
	cmp_ok($h->cpu_seconds($worker->{pid}) - $before, '<', 0.3, 'no worker spins at one');
	$c->close;
	end_child($pid);
	$h->finish;
});
