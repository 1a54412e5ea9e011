# SPDX-License-Identifier: BSD-2-Clause
# when_empty: wait, and the backends are down: checks and probes that bring one up let clients in.
# Sessions that run keep their connections. Each stop and start is logged once.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($checked, $passive) = map { free_port } 1 .. 2;
	my $h = heddle(<<"YAML", workers => 4);
defaults: {when_empty: wait}
services:
  checked:
    listen: 127.0.0.1:$checked
    check: {type: tcp, interval: 100ms, fall: 1, rise: 1}
    backends: {one: "${\$one->address}", gone: "127.0.0.1:1"}
  passive:
    listen: 127.0.0.1:$passive
    passive: {failures: 1, retry: 100ms}
    backends: {two: "${\$two->address}"}
YAML
	my %port = (checked => $checked, passive => $passive);
	for my $turn (1, 2) {
		for my $service (qw(checked passive)) {
			my $backend = $service eq 'checked' ? $one : $two;
			is(who($port{$service}), $backend->{name}, "$service: up, turn $turn");
			$backend->stop;
			isnt(who($port{passive}), 'two', 'a client finds out')
				if $service eq 'passive';
			ok($h->wait_for(sub { ($h->service($service) // {})->{status} eq 'down' }, 10,
				'down'), '... and down');
			my @clients = map { client($port{$service}) } 1 .. 6;
			$_->send("?\n") for @clients;
			is($clients[0]->ended(0.1), 'open', '... so that clients wait');
			is($h->log_count(qr/notice .* $service: down: no backend is usable/, $turn),
				$turn, '... as the log says once');
			$backend->start;
			is(join(' ', map { $_->line(20) // 'nothing' } @clients),
				join(' ', ("$backend->{name} ?") x 6), '... until it is back');
			is($h->log_count(qr/notice .* $service: up: a backend is usable/, $turn), $turn,
				'... which is logged too');
		}
	}
	unlike($h->log, qr/ error /, 'nothing of it is an error');
	$h->finish;
});
