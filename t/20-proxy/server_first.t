# SPDX-License-Identifier: BSD-2-Clause
# Protocols in which the server speaks first, over each kind of backend address.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $tcp = backend('greeting', name => 'tcp');
	my $unix = backend('greeting', name => 'abstract', address => "\@heddle-$$-first");
	my @ports = (free_port, free_port);
	my $h = heddle(<<"YAML");
services:
  tcp: {listen: "127.0.0.1:$ports[0]", backends: ["${\$tcp->address}"]}
  unix: {listen: "127.0.0.1:$ports[1]", backends: ["${\$unix->address}"]}
YAML
	for my $port (@ports) {
		my @clients = map { client($port) } 1 .. 5;
		my $name = $port == $ports[0] ? 'tcp' : 'abstract';
		is(join(' ', map { $_->line } @clients), "$name $name $name $name $name",
			'greeted');
		is(join(' ', map { $_->ask('x') } @clients), join(' ', ("$name x") x 5),
			'answered');
	}
	$h->finish;
});
