#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Answers about all services are written in slices. What is removed and added meanwhile, and clients
# that leave, do no harm: each answer is whole, and has what was there all the time.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use JSON::PP;

time_limit(300);
use constant { SERVICES => 200, BACKENDS => 5, ROUNDS => 8 };

my %backends = map { ("b$_" => { address => "10.0.0.1:$_" }) } 1 .. BACKENDS;
sub service {
	my ($h, $s) = @_;
	return { listen => 'unix:' . $h->dir . "/$s.sock", backends => \%backends };
}

my $h = heddle("services: {}\n", workers => 1);
my $control = $h->control_pid;
my $api = Heddle::Api->new($h->control);
my $json = JSON::PP->new->utf8;
is($api->patch('config', { services => { map { ("s$_" => service($h, "s$_")) } 1 .. SERVICES } }), 200,
	SERVICES . ' services');

# {service => {backend => its members}}
sub of_v1 {
	my ($services) = @_;
	return { map { ($_ => $services->{$_}{backends}) } keys %$services };
}

sub of_shuttle {
	my ($list) = @_;
	return { map { ($_->{name} => { map { ($_->{name} => $_) } @{ $_->{backends} } }) } @$list };
}

# What is wrong with an answer in which only services 1 to 5 may have changed; '': nothing.
sub wrong {
	my ($text) = @_;
	my $document = eval { $json->decode($text) } or return "no JSON: $@";
	my $found = ref $document eq 'HASH' ? of_v1($document->{services}) : of_shuttle($document);
	my @missing = grep { !$found->{$_} || keys %{ $found->{$_} } != BACKENDS } map { "s$_" } 6 .. SERVICES;
	return "without @missing" if @missing;
	for my $s (sort keys %$found) {
		my @odd = grep { !$found->{$s}{$_}{status} || ($found->{$s}{$_}{address} // '') !~ /^10\.0\.0\.1:/ }
			keys %{ $found->{$s} };
		return "$s: not whole: @odd" if @odd;
	}
	return '';
}

my (%wrong, %changed);
for my $round (1 .. ROUNDS) {
	my @clients = map { client($h->control) } 1 .. 4;
	my @paths = ('/_v1/stats', '/', '/_v1/stats', '/');
	$clients[$_]->send("GET $paths[$_] HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") for 0 .. 3;
	my $s = 's' . (1 + $round % 5);
	$changed{ $api->remove("services/$s/backends/b1?force=1") }++;
	$changed{ $api->remove("services/$s") }++;
	$clients[2]->close;
	$changed{ $api->put("services/$s", service($h, $s)) }++;
	$clients[3]->reset;
	for my $i (0, 1) {
		my $status = $api->answer($clients[$i]);
		my $what = $status == 200 ? wrong($api->body) : "status $status";
		$wrong{"$paths[$i]: $what"}++ if $what ne '';
	}
}
is_deeply(\%wrong, {}, 'answers while services and backends were removed and added');
is_deeply([sort keys %changed], [200, 201], '... which was done');
is($h->control_pid, $control, 'the control process is the same');
is($api->get('stats'), 200, '... and answers');
is(wrong($api->body), '', '... with everything');
$h->finish;
done_testing();
