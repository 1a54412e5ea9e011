# SPDX-License-Identifier: BSD-2-Clause
# Real uwsgi (Debian's uwsgi-core, uwsgi-plugin-python3): instances that announce themselves to a
# subscription server, and its routers, which are subscription servers and say in their stats
# whom they know. Applications of a test's own, on a port or a unix socket:
#
#   my $app = uwsgi_app($text, address => "$dir/app.sock", options => ['--processes', 2]);
#
#   my $router = uwsgi_router('fastrouter', "127.0.1.1:$port");
#   my $one = uwsgi_instance('one.example', announce => "127.0.0.1:$fanout");
#   ok($router->wait_nodes('one.example', $one->address));
package Heddle::Uwsgi;

use strict;
use warnings;
use Digest::SHA qw(sha1_hex);
use Exporter qw(import);
use File::Temp;
use JSON::PP;
use POSIX ();
use Test::More;

use Heddle;
use Heddle::Child qw(launch end_child reap until_true);
use Heddle::Client;
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(uwsgi_missing uwsgi_app uwsgi_instance uwsgi_router uwsgi_packet uwsgi_post
	uwsgi_ask uwsgi_counted);

sub program { return (grep { -x } '/usr/bin/uwsgi', '/usr/local/bin/uwsgi')[0] }

# Why a test that needs these plugins cannot run here, or ''.
sub uwsgi_missing {
	program() or return 'uwsgi is not installed';
	my @missing = grep { !-e "/usr/lib/uwsgi/plugins/${_}_plugin.so" } @_;
	return @missing ? "uwsgi has no plugin @missing here" : '';
}

# A folder of its own, with these files.
sub prepare {
	my (%o) = @_;
	my $keep = File::Temp->newdir('heddle-uwsgi-XXXXXX', TMPDIR => 1);
	chmod 0755, $keep;
	return bless { keep => $keep, dir => "$keep", out => "$keep/output", owner => $$, %o },
		__PACKAGE__;
}

# What a process does not catch while it starts, is lost; right at the beginning, also of a reload, it ends it.
sub catches {
	my ($pid, $signal) = @_;
	my ($caught) = Heddle::read_file("/proc/$pid/status") =~ /^SigCgt:\s*[0-9a-f]*([0-9a-f]{4})$/m
		or return $^O ne 'linux';
	return hex($caught) & 1 << $signal - 1;
}

# So many workers have been spawned until now, by the start and by reloads, and the last `processes` of them
# act on signals, and so does the master.
sub is_whole {
	my ($self, $processes, $spawned) = @_;
	my @workers = $self->output =~ /^spawned uWSGI worker \d+ \(pid: (\d+)/mg;
	return @workers == $spawned
		&& !grep { !catches($_, POSIX::SIGHUP()) } $self->{pid}, @workers[-$processes .. -1];
}

# Starts it, or starts it again after it was stopped. It is there when it listens and may be stopped.
sub start {
	my ($self) = @_;
	$self->{pid} = launch({ out => $self->{out}, err => $self->{out},
		keep => [$self->{inherit} // ()] }, program(),
		'--master', '--die-on-term', '--plugin', $self->{plugin}, @{ $self->{arguments} });
	until_true(sub { defined reap($self->{pid}) || (connected($self->{address}) && catches($self->{pid}, POSIX::SIGTERM())) }, 20)
		&& !defined reap($self->{pid})
		or die "uwsgi did not start: ", Heddle::read_file($self->{out}), "\n";
	return $self;
}

sub connected { return Heddle::Client::open_socket($_[0], timeout => 5) }

# An instance with this application, the text of app.py. address: a port of its own, or a path
# that all may connect to; inherit: a listening socket that it has instead; options: more of them.
sub uwsgi_app {
	my ($text, %o) = @_;
	my $address = $o{address} // '127.0.0.1:' . free_port();
	my $self = prepare(plugin => 'python3', address => $address, inherit => $o{inherit});
	my $socket = $o{inherit} ? 'fd://' . fileno $o{inherit} : $address;
	Heddle::write_file("$self->{dir}/app.py", $text);
	$self->{arguments} = ['--socket', $socket, '--chmod-socket=666', '--wsgi-file',
		"$self->{dir}/app.py", @{ $o{options} // [] }];
	return $self->start;
}

# An instance for a key. announce: the subscription server, or a list of them; every: seconds
# between two announcements (1); options: more of them. It answers each request with its address,
# unless `app` is another application in Python.
sub uwsgi_instance {
	my ($key, %o) = @_;
	my $address = $o{address} // '127.0.0.1:' . free_port();
	my $every = $o{every} // 1;
	my $self = prepare(plugin => 'python3', address => $address, key => $key, every => $every);
	my @servers = ref $o{announce} ? @{ $o{announce} } : $o{announce} // ();
	Heddle::write_file("$self->{dir}/app.py", $o{app} // <<"END");
def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'$address']
END
	$self->{arguments} = ['--socket', $address, '--wsgi-file', "$self->{dir}/app.py",
		'--subscribe-freq', $every, map({ ('--subscribe-to', "$_:$key") } @servers),
		@{ $o{options} // [] }];
	return $self->start;
}

# A router of uwsgi: kind fastrouter (it speaks the uwsgi protocol) or http, with a subscription
# server on that address.
sub uwsgi_router {
	my ($kind, $subscriptions, @options) = @_;
	my ($address, $stats) = map { '127.0.0.1:' . free_port() } 1 .. 2;
	my $self = prepare(plugin => $kind, address => $address, stats => $stats);
	my $of_stats = $kind eq 'http' ? '--http-stats' : "--$kind-stats";
	$self->{arguments} = ["--$kind", $address, "--$kind-subscription-server", $subscriptions,
		$of_stats, $stats, @options];
	return $self->start;
}

# The packet of a request with these variables, in this order: name, value, name, value.
sub uwsgi_packet {
	my $block = join '', map { pack 'v/a*', $_ } @_;
	return pack('C v C', 0, length $block, 0) . $block;
}

# A request with a body of so many bytes.
sub uwsgi_post {
	my ($size) = @_;
	return uwsgi_packet(REQUEST_METHOD => 'POST', HTTP_HOST => 'a', CONTENT_LENGTH => $size)
		. Heddle::Client::pattern(0, $size);
}

# The first line that such bytes are answered with: 'nothing' without one, 'refused'.
sub uwsgi_ask {
	my ($to, $bytes) = @_;
	my $client = Heddle::Client->new($to) or return 'refused';
	$client->send($bytes);
	$client->shut;
	return $client->line(20) // 'nothing';
}

# What a node that counts answers about these bytes.
sub uwsgi_counted { my ($bytes) = @_; return length($bytes) . ' ' . sha1_hex($bytes) }

sub address { return $_[0]{address} }
sub dir { return $_[0]{dir} }
sub pid { return $_[0]{pid} }
sub output { return Heddle::read_file($_[0]{out}) }

# A master that is told to end in the midst of an announcement withdraws it, and sends it then: waits until
# it has just had its turn, of which there is one a second, and sleeps.
sub rests {
	my ($self) = @_;
	my $turns = sub { Heddle::read_file("/proc/$self->{pid}/status") =~ /^voluntary_ctxt_switches:\s+(\d+)/m ? $1 : '' };
	my $before = $turns->();
	return $before eq '' || until_true(sub { $turns->() ne $before }, 2);
}

# An instance withdraws its announcements; its workers, which take a while to end, are killed then. It
# may be started again at once: nobody listens any more.
sub stop {
	my ($self) = @_;
	$self->rests if ($self->{every} // 60) < 60;
	my $before = () = $self->output =~ /killing workers/g;
	CORE::kill 'TERM', $self->{pid};
	until_true(sub { (() = $self->output =~ /killing workers/g) > $before
		|| defined reap($self->{pid}) }, 10);
	my $status = end_child($self->{pid}, 'KILL');
	$self->gone;
	return $status;
}

# It withdraws nothing. Afterwards its address refuses: its workers are gone as well.
sub kill {
	my ($self) = @_;
	end_child($self->{pid}, 'KILL');
	return $self->gone;
}

sub gone { my ($self) = @_; return $self->{inherit} || until_true(sub { !connected($self->{address}) }, 10) }

# What a router says about itself, or {}.
sub stats {
	my ($self) = @_;
	my $socket = connected($self->{stats}) or return {};
	my $text = do { local $/; <$socket> };
	return eval { decode_json($text) } // {};
}

# Addresses that a router knows for a key, sorted.
sub nodes {
	my ($self, $key) = @_;
	my ($found) = grep { $_->{key} eq $key } @{ $self->stats->{subscriptions} // [] };
	my @nodes = sort map { $_->{name} } @{ $found ? $found->{nodes} : [] };
	return @nodes;	# or how many
}

# Waits until a router knows exactly these nodes of a key.
sub wait_nodes {
	my ($self, $key, $wanted, $seconds) = @_;
	my $want = join ' ', sort @$wanted;
	my $have;
	return until_true(sub { $have = join ' ', $self->nodes($key); $have eq $want },
		$seconds // 20)
		|| diag("$self->{plugin} knows ", $have || 'nobody', " for $key, not $want");
}

# How many nodes there are of all keys.
sub known {
	my ($self) = @_;
	my $count = 0;
	$count += @{ $_->{nodes} } for @{ $self->stats->{subscriptions} // [] };
	return $count;
}

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}, 'KILL') if $self->{pid} && $$ == $self->{owner};
}

1;
