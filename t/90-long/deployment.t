# SPDX-License-Identifier: BSD-2-Clause
# A deployment as shuttle's users do it, with curl: two instances under load are replaced one by one
# (add, wait until up, drain, remove), twenty times over, once at the root and once at /_v1. Not
# one request fails; and after kill -9 the configuration is what it was.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;
use JSON::PP;

time_limit(400);
my $curl = program('curl') or plan(skip_all => 'curl is not installed');
my $state = Heddle::State->new;
my ($port, $rounds) = (free_port, 20);
my @running = map { backend('named', name => "v$_") } 1, 2;
my $h = heddle(<<"YAML", workers => 2);
state: ${\$state->path}
services:
  web:
    listen: "127.0.0.1:$port"
    check: {type: tcp, interval: 200ms, rise: 1, fall: 2}
    backends: {v1: "${\$running[0]->address}", v2: "${\$running[1]->address}"}
YAML

# (status, body)
sub curl {
	my ($method, $path, $body) = @_;
	open my $pipe, '-|', $curl, '-sS', '-m', 60, '--unix-socket', $h->control, '-X', $method,
		'-w', "\n%{http_code}", defined $body ? ('-H', 'Content-Type: application/json', '-d',
		encode_json($body)) : (), "http://localhost$path" or die "curl: $!";
	local $/;
	my ($answer, $status) = (readline $pipe) =~ /\A(.*)\n(\d+)\z/s;
	return ($status, $answer);
}

my @wrong;	# what was not answered as it had to be
sub must {
	my ($wanted, @request) = @_;
	my ($status, $body) = curl(@request);
	push @wrong, "@request[0, 1]: $status $body" if $status != $wanted;
	return eval { decode_json($body) };
}

# Each adds the new instance, waits until it is used, and takes the old one out; then it may stop.
my %replace = (
	root => sub {
		my ($old, $new) = @_;
		must(200, PUT => "/web/$new->{name}", { address => $new->address,
			check_address => $new->address });
		until_true(sub { must(200, GET => "/web/$new->{name}")->{check_success} }, 20)
			or push @wrong, "$new->{name} is not up";
		must(200, DELETE => "/web/$old->{name}");
		push @wrong, "$old->{name} stays" if grep { $_->{name} eq $old->{name} }
			@{ must(200, GET => '/web')->{backends} };
		$old->quit;	# shuttle has no drain: sessions go on, and the instance ends with them
	},
	_v1 => sub {
		my ($old, $new) = @_;
		my $backends = '/_v1/services/web/backends';
		must(201, PUT => "$backends/$new->{name}?wait=30s", { address => $new->address });
		must(200, PATCH => "$backends/$old->{name}?wait=30s", { state => 'drain' });
		must(200, DELETE => "$backends/$old->{name}");
		$old->stop;	# nothing is left on it
	},
);

sub configurations { return map { decode_json((curl(GET => $_))[1]) } '/_config', '/_v1/config' }

my $version = 2;
for my $tree (qw(root _v1)) {
	my @names = map { $_->{name} } @running;
	my $load = load($port, connections => 8);
	$load->wait_for(100);
	for (1 .. $rounds) {
		for my $place (0, 1) {
			my $new = backend('named', name => 'v' . ++$version);
			$replace{$tree}->($running[$place], $new);
			push @names, $new->{name};
			$running[$place] = $new;
		}
		$load->wait_for(100);
	}
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "$tree: no request failed") or diag(explain $result);
	is(join(', ', @wrong), '', "$tree: every call was answered as it had to be");
	is(join(' ', grep { !$result->{names}{$_} } @names), '', "$tree: every instance was used");
	is(join(' ', sort keys %{ $h->service('web')->{backends} }), join(' ', sort map { $_->{name} }
		@running), "$tree: the last two are left");
	@wrong = ();
}

my @before = configurations();
kill 'KILL', $h->pid;
end_child($h->pid);
unlink $h->dir . "/error.log";	# its processes report there that the master has gone
$h->run;
ok($h->wait_ready, 'after kill -9 it starts again');
is_deeply([configurations()], \@before, '... with the same configuration');
my %names = map { $_ => 1 } split ' ', many($port, 4);
is(join(' ', sort keys %names), join(' ', sort map { $_->{name} } @running), '... which serves');
$h->finish;
done_testing();
