#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Characters that JSON has and YAML has not (C1 controls, the byte order mark, ends of lines) are
# kept, or refused; they end no process that prints them and reads them again.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::State;

my ($port, $state) = (free_port, Heddle::State->new);
my $h = heddle(<<"YAML", workers => 1);
state: $state->{path}
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "127.0.0.1:1"}}
YAML
my $api = Heddle::Api->new($h->control);
my @all = map { chr } 0x20, 0x22, 0x5c, 0x7f .. 0xa0, 0x2028, 0x2029, 0xfeff, 0xfffd .. 0xffff, 0x1f600;
my %checks = (
	send => { type => 'expect', send => join('', map { $_ eq '\\' ? '\\\\' : $_ } @all), expect => 'ok' },
	regex => { type => 'expect', expect_regex => join('', map { quotemeta } grep { $_ ne "\x7f" } @all) . "\n\t" },
	header => { type => 'http', headers => { 'X-A' => join '', grep { $_ ne "\x7f" } @all } },
	body => { type => 'http', body => "a\x{85}b\x{2028}c\x{feff}" },
);
for my $name (sort keys %checks) {
	is($api->patch('services/web', { check => undef }), 200, "$name: without a check");
	is($api->patch('services/web', { check => $checks{$name} }), 200, '  with those characters');
	my $read = $api->object('services/web');
	$read->{check}{send} =~ s/\\x7f/\x7f/ if $name eq 'send';
	is_deeply($read->{check}, $checks{$name}, '  they are read as they were written');
	my $generation = $api->generation;
	is($api->put('services/web', $read), 200, '  and sent back');
	is($api->generation, $generation, '  which changes nothing');
	my ($code, $printed) = $h->command('-T');
	is($code, 0, '  -T prints them') or diag($printed);
}
for my $bad ({ check => { type => 'expect', expect_regex => "a\x7f" } }, { shuttle => "{\"a\": \"\x7f\"}" }) {
	is($api->patch('services/web', $bad), 400, 'a control character where it cannot be kept');
	like($api->errors, qr/control character/, '  says so');
}
my $before = $api->object('config');
is($h->stop, 0, 'stopped');
$h->run;
ok($h->wait_ready, 'started again');
my $after = $api->object('config');
delete $_->{services}{web}{status}, delete $_->{services}{web}{backends}{one}{status} for $before, $after;
is_deeply($after, $before, '  with the same from the state file');
$h->finish;
done_testing();
