# SPDX-License-Identifier: BSD-2-Clause
# heddle is stopped while clients change backends: every client gets an answer or the end of its
# connection, what was answered with success is on disk, and what was refused is not.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::State;
use Heddle::Test;
use JSON::PP;

my $state = Heddle::State->new;
my $one = backend('named', name => 'one');
my $port = free_port;
my $yaml = <<"YAML";
state: ${\$state->path}
change_timeout: 10s
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
YAML

# Weights one after the other, until heddle is gone; a line for each answer: status, weight.
sub client_of {
	my ($h, $name, $file) = @_;
	return spawn(sub {
		my $api = Heddle::Api->new($h->control);
		open my $out, '>', $file or die;
		$out->autoflush(1);
		for my $weight (map { 2 + $_ % 250 } 0 .. 100_000) {
			my $status = $api->put("services/web/backends/$name",
				{ address => $one->address, weight => $weight });
			print $out "$status $weight\n";
			last if !$status || $status == 503;
		}
	});
}

# The last answered weight is on disk, or the next one, whose client got no answer.
sub wrong {
	my ($name, $file) = @_;
	my ($known, $unknown);
	for my $line (split /\n/, Heddle::read_file($file)) {
		my ($status, $weight) = split / /, $line;
		$known = $weight if $status == 200 || $status == 201;
		$unknown = $weight if !$status;
	}
	my $on_disk = ($state->backend('web', $name) // {})->{weight} // 0;
	return () if $on_disk == ($known // 0) || $on_disk == ($unknown // -1);
	return "$name is $on_disk, answered $known";
}

for my $signals ('TERM', 'QUIT', 'QUIT TERM', 'INT') {
	my $h = heddle($yaml, workers => 2);
	my %file = map { ("c$_" => $h->dir . "/answers.$_") } 1 .. 4;
	my %pid = map { ($_ => client_of($h, $_, $file{$_})) } sort keys %file;
	until_true(sub { 4 == grep { (-s $_ // 0) > 100 } values %file }, 20);
	$h->signal($_) for split / /, $signals;
	is($h->ended, 0, "$signals: it ends with 0");
	is(scalar(grep { !defined reap($_, 10) } values %pid), 0, '... every client has its answer');
	is(join(', ', map { wrong($_, $file{$_}) } sort keys %file), '',
		'... what was answered is on disk, and nothing else');
	$h->finish(stopped => 1);
}
done_testing;
