# SPDX-License-Identifier: BSD-2-Clause
# A heddle with the cache `hosts`, whose items are set by the cache protocol and persist in a file.
#
#   my $p = Heddle::Persist->new;
#   my $h = $p->begin;			# in $p->file; begin(file => 'other', cache => ['max_items: 5'])
#   $p->set('k', 'v', expires => 5); $p->get('k');	# ['v', 5], or ''
#   my $lock = $p->lock;		# as a process that writes the file has it
package Heddle::Persist;

use strict;
use warnings;
use Fcntl qw(:flock);
use File::Temp ();
use Time::HiRes ();

use Heddle::Child qw(until_true);
use Heddle::Port qw(free_port);
use Heddle::Test ();
use Heddle::Uwsgi qw(uwsgi_packet);

sub new {
	my ($class) = @_;
	my $dir = File::Temp->newdir('heddle-persist-XXXXXX', TMPDIR => 1);
	chmod 0777, $dir or die "chmod: $!\n";	# the resolver writes as nobody
	return bless { port => free_port(), early => free_port(), dir => $dir }, $class;
}

sub dir { return "$_[0]{dir}" }
sub port { return $_[0]{port} }
sub heddle { return $_[0]{heddle} }
sub file { my ($self, $name) = @_; return "$self->{dir}/" . ($name // 'store') }

# file: its name, '' for none; cache: lines of the cache; caches, services: lines of others; top: lines at
# the top. Clients of the service `c` wait until the cache is filled, those of `w` do not.
sub yaml {
	my ($self, %o) = @_;
	my $file = $o{file} // 'store';
	my @lines = ($file ne '' ? 'persist: ' . $self->file($file) : (), 'persist_interval: ' . ($o{interval} // '1s'),
		@{ $o{cache} // [] });
	my $cache = join ', ', @lines;
	return <<"END";
${\($o{top} // '')}
services:
  c: {protocol: uwsgi, listen: "127.0.0.1:$self->{port}", cache_server: hosts, routes: [{cache: hosts}]}
  w: {protocol: uwsgi, listen: "127.0.0.1:$self->{early}", cache_server: hosts}
${\($o{services} // '')}
caches:
  hosts: {$cache}
${\($o{caches} // '')}
END
}

# heddle: its options; the rest is yaml()'s.
sub begin {
	my ($self, %o) = @_;
	my %heddle = %{ delete $o{heddle} // {} };
	return $self->{heddle} = Heddle::Test::heddle($self->yaml(%o), workers => 1, %heddle);
}

# Of the cache protocol.
sub request {
	my ($self, $verb, $pairs, $value) = @_;
	return (uwsgi_packet(cmd => $verb, @$pairs) =~ s/^.(..)./\x6f$1\x11/sr) . ($value // '');
}

# Requests do not wait until the file has been read.
sub ask_early { my ($self, $early) = @_; $self->{asks} = $early ? 'early' : 'port'; return }

# A request: the whole answer.
sub ask {
	my ($self, @request) = @_;
	my $client = Heddle::Client->new($self->{ $self->{asks} // 'port' }) or return '';
	$client->send($self->request(@request));
	return $client->rest(10) // '';
}

sub set {
	my ($self, $key, $value, @more) = @_;
	return $self->ask('update', [key => $key, size => length $value, @more], $value) =~ /status\x02\x00ok/;
}
sub del { my ($self, $key) = @_; return $self->ask('del', [key => $key]) =~ /status\x02\x00ok/ }

# Values begin with v.
sub get {
	my ($self, $key) = @_;
	return $self->ask('get', [key => $key]) =~ /status\x02\x00ok.*?\d+(?:\x07\x00expires\x0a\x00(\d+))?(v.*)\z/s
		? [$2, $1] : '';
}

sub resolver { my ($self) = @_; my ($one) = $self->{heddle}->processes('resolver'); return $one && $one->{pid} }

# Another resolver process than this one.
sub next_resolver {
	my ($self, $before) = @_;
	return until_true(sub { my $now = $self->resolver; $now && $now != $before && $now }, 20);
}

# Lines of /proc/PID/stat behind the name: state, parent.
sub state_of {
	my ($pid) = @_;
	my $stat = eval { Heddle::read_file("/proc/$pid/stat") } // '';
	return $stat =~ /.*\) (\S) (\d+)/s ? ($1, $2) : ('', 0);
}

# Processes that this one has begun, and that are there (zombies too).
sub children_of {
	my ($pid) = @_;
	my $list = "/proc/$pid/task/$pid/children";
	return split ' ', Heddle::read_file($list) if -e $list;
	return grep { (state_of($_))[1] == $pid } map { m{/proc/(\d+)} } glob '/proc/[0-9]*';
}

# The process that writes the file, once there is one, and the resolver process does not wait for it.
sub writer {
	my ($self, $resolver) = @_;
	my $pid;
	until_true(sub {
		($pid) = grep { (eval { Heddle::read_file("/proc/$_/cmdline") } // 'cache file') =~ /cache file/ } children_of($resolver);
	}, 20);
	return $pid;
}

# Stops a writer in the middle of its file, which must be a large one: one that has begun after the last
# `turn`, and has it.
sub stopped_writer {
	my ($self, $resolver) = @_;
	my $new = $self->file . '.new';
	my $pid;
	until_true(sub {
		children_of($resolver) and return 0;
		$self->set('turn', 'v' . ++$self->{turn}) or return 0;
		until_true(sub { -s $new }, 3) && (($pid) = children_of($resolver)) or return 0;
		kill 'STOP', $pid;
		until_true(sub { (state_of($pid))[0] !~ /[RSD]/ }, 5);
		return 1 if (state_of($pid))[0] eq 'T' && -e $new;
		kill 'CONT', $pid;
		return 0;
	}, 60) or return;
	return $pid;
}

# What a process that writes has: others wait for it. It ends with `undef`.
sub lock {
	my ($self, $name) = @_;
	my $path = $self->file($name) . '.new';
	open my $file, '>>', $path or die "$path: $!\n";
	chmod 0666, $path;
	flock $file, LOCK_EX or die "flock: $!\n";
	return $file;
}

# What it is now: another one, when it has been written.
sub version { my ($self, $name) = @_; return join ' ', (Time::HiRes::stat($self->file($name)))[1, 7, 9] }
sub written_since {
	my ($self, $before, $name) = @_;
	return until_true(sub { -e $self->file($name) && $self->version($name) ne $before }, 20);
}

1;
