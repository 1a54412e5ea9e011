# SPDX-License-Identifier: BSD-2-Clause
# Clients come in over every kind of address, several of them per service.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $folder = File::Temp->newdir;
	chmod 0777, $folder;
	my $one = backend('named', name => 'one');
	my $two = backend('named', name => 'two');
	my ($v4, $v6, $any, $range) = (free_port, free_port, free_port, free_ports(3));
	my ($last, $other) = ($range + 2, second_loopback);
	my $h = heddle(<<"YAML", workers => 1);
services:
  web:
    listen:
      - 127.0.0.1:$v4
      - "$other:$v6"
      - {address: "unix:$folder/web.sock", mode: 0640}
      - "\@heddle-$$-web"
    backends: [{name: one, address: "${\$one->address}"}]
  other:
    listen: [":$any", "127.0.0.1:$range-$last"]
    backends: [{name: two, address: "${\$two->address}"}]
YAML
	is(who("127.0.0.1:$v4"), 'one', 'v4');
	is(who("$other:$v6"), 'one', $other);
	is(who("$folder/web.sock"), 'one', 'unix');
	is(sprintf('%o', (stat "$folder/web.sock")[2] & 07777), '640', 'its mode');
	is(who("\@heddle-$$-web"), 'one', 'abstract');
	is(who("127.0.0.1:$any"), 'two', 'any address: v4');
	is(who("$other:$any"), 'two', "any address: $other");
	is(who("127.0.0.1:$_"), 'two', "port $_ of a range") for $range .. $last;
	is_deeply([sort map { $_->{listener} } $h->access(9)], [sort "127.0.0.1:$v4", "$other:$v6",
		"unix:$folder/web.sock", "\@heddle-$$-web", ":$any", ":$any",
		map { "127.0.0.1:$_" } $range .. $last], 'the access log names them');
	$h->finish;
	ok(!-e "$folder/web.sock", 'the unix socket is removed');
});
