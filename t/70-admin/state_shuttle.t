# SPDX-License-Identifier: BSD-2-Clause
# A state file of shuttle's in the place of heddle's own.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;
use JSON::PP;

my $state = Heddle::State->new;
my ($one, $two) = backends(qw(one two));
my ($port, $other) = (free_port, free_port);
my $services = <<"YAML";
services:
  web:
    listen: "127.0.0.1:$port"
    backends:
      one: {address: "${\$one->address}", state: drain}
      two: {address: "${\$two->address}"}
YAML

# In the place of its own: one without a base, so that the file is it.
$state->write(encode_json([{ name => 'api', address => "127.0.0.1:$other", balance => 'LC',
	backends => [{ name => 'one', address => $one->address, weight => 4 }] }]));
my $h = heddle("state: ${\$state->path}\n$services");
is(who($other), 'one', 'a service of a document of shuttle\'s');
is($h->backend('api', 'one')->{weight}, 4, '... with its weight');
unlike($h->log, qr/state_damaged|error/, 'nothing is wrong with it');
ok(until_true(sub { $state->read->{format} }, 10), 'it becomes a state file of heddle\'s');
is(ref decode_json($state->text('.old')), 'ARRAY', '... and lies beside it');
$h->finish;

done_testing;
