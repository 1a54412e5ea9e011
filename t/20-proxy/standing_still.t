# SPDX-License-Identifier: BSD-2-Clause
# Sessions that wait for somebody cost no turns: whoever is slow, gone or has said all.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub { still($_) for qw(64k 64m) });

sub still {
	my ($memory) = @_;
	my %there = (source => backend('count', size => 30_000_000), stuck => backend('stuck'),
		early => backend('early', size => 70_000), silent => backend('silent'));
	my %port = map { $_ => free_port } keys %there;
	my $h = heddle("buffer_memory: $memory\nservices:\n" . join('', map {
		"  $_: {listen: \"127.0.0.1:$port{$_}\", backends: [\"$there{$_}{address}\"]}\n"
	} sort keys %there), workers => 1);
	my %c = map { my $name = $_; $name => [map { client($port{$name},
		$name =~ /stuck|silent/ ? () : (receive_buffer => 8192)) } 1 .. 5] } keys %there;
	$_->send('x' x (8 << 20), 0.3) for @{ $c{stuck} };
	$_->send('x' x 300_000, 0) for @{ $c{early} };
	$_->send('x') && $_->shut for @{ $c{silent} };
	ok(quiet($h), "$memory: nobody moves");
	$_->reset for splice(@{ $c{stuck} }, 0, 2), splice(@{ $c{source} }, 0, 2);
	$_->shut for $c{stuck}[0], $c{source}[0];
	ok(quiet($h), '... nor with clients that have gone or said all');
	$there{stuck}->stop;
	ok(quiet($h), '... nor with a backend that has gone');
	%c = ();
	ok($h->wait_for(sub { $h->settled eq '' }, 10, 'all to end'), 'all end');
	$h->finish;
}

# Timers alone turn the loops some 30 times a second each. Soon, and for a while.
sub quiet {
	my ($h) = @_;
	return until_true(sub {
		my $before = $h->counter('turns_total');
		select undef, undef, undef, 0.4;
		return $h->counter('turns_total') - $before < 100;
	}, 5);
}
