# SPDX-License-Identifier: BSD-2-Clause
# Backends on every kind of address; port `*` is the port that the client used.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $folder = File::Temp->newdir;
	chmod 0755, $folder;
	my $ports = free_ports(3);
	my ($last, $other) = ($ports + 2, second_loopback);
	my %address = (v4 => '127.0.0.1:' . free_port, v6 => "$other:" . free_port,
		unix => "unix:$folder/b.sock", abstract => "\@heddle-$$-b");
	my @there = map { backend('named', name => $_,
		address => $address{$_}) } sort keys %address;
	my @star = map { backend('named', name => "s$_", address => "$other:$_") } $ports .. $last;
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
services:
  all:
    listen: 127.0.0.1:$port
    backends:
      abstract: {address: "$address{abstract}"}
      unix: {address: "$address{unix}"}
      v4: {address: "$address{v4}"}
      v6: {address: "$address{v6}"}
  same: {listen: "127.0.0.1:$ports-$last", backends: ["$other:*"]}
YAML
	is(many($port, 4), 'abstract unix v4 v6', 'each kind of address');
	is_deeply([sort map { $_->{address} } $h->access(4)], [sort values %address],
		'the access log has their addresses');
	is(who($_), "s$_", "port $_ is passed on") for $ports .. $last;
	$h->finish;
});
