# SPDX-License-Identifier: BSD-2-Clause
# A service with routes to scripts, which lie in a folder of their own:
#
#   my $m = scripted(script => "{file: get.py}", files => { 'get.py' => $text });
#   is($m->ask('example.com'), 'node 0/0');
#
# $NODE in a script is the address of a node that says its name and its modifiers, $DEAD one that
# refuses. After the route to the script (`more`: further lines of the list) there is none.
package Heddle::Script;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;

use Heddle;
use Heddle::Backend qw(backend);
use Heddle::Child qw(in_time until_true);
use Heddle::Client;
use Heddle::Port qw(free_port);
use Heddle::Test ();
use Heddle::Uwsgi qw(uwsgi_packet);

our @EXPORT_OK = qw(scripted script_missing short_limit);

# Why a test with this language cannot run, or ''.
sub script_missing {
	my ($language) = @_;
	my $built = Heddle::binary() =~ s{/heddle$}{/heddle-$language.so}r;
	return -e $built ? '' : "heddle is built without $language";
}

# Milliseconds for the `limit` of a script, where the test waits until they are over: as few as the
# calls that are answered can do with here. A process that goes on is killed after ten times as many.
sub short_limit { my $s = in_time(1); return $s < 2 ? int 1000 * $s : 2000 }

# Options: files => { name => text }, script, or routes (YAML of the whole list), more, top (YAML
# beside services), service (YAML of the service), and those of heddle().
sub scripted {
	my (%o) = @_;
	my $keep = File::Temp->newdir('heddle-script-XXXXXX', TMPDIR => 1);
	chmod 0755, $keep;
	my $self = bless { keep => $keep, dir => "$keep", port => free_port(), %o }, __PACKAGE__;
	$self->{node} = backend('uwsgi', name => 'node');
	$self->{spare} = backend('uwsgi', name => 'spare');
	$self->{dead} = backend('refusing');
	$self->put($_, $o{files}{$_}) for keys %{ $o{files} };
	$self->{heddle} = Heddle::Test::heddle($self->yaml, workers => $o{workers} // 1, env => $o{env} // {})
		if !$o{unstarted};
	return $self;
}

sub fill {
	my ($self, $text) = @_;
	return $text =~ s/\$NODE/${\$self->{node}->address}/gr =~ s/\$DEAD/${\$self->{dead}->address}/gr
		=~ s/\$SPARE/${\$self->{spare}->address}/gr =~ s/\$DIR/$self->{dir}/gr;
}

# A file of the folder is this from now on.
sub put {
	my ($self, $name, $text) = @_;
	Heddle::write_file("$self->{dir}/$name.new", $self->fill($text));
	chmod 0644, "$self->{dir}/$name.new";
	return rename "$self->{dir}/$name.new", "$self->{dir}/$name";
}

sub yaml {
	my ($self, %o) = @_;
	%o = (%$self, %o);
	my $script = ($o{script} // '{file: get.py}') =~ s{file: (?!/)}{file: $self->{dir}/}r;
	my $routes = $o{routes} // "      - script: $script\n" . ($o{more} // '');
	$routes =~ s{file: (?!/)}{file: $self->{dir}/}g;
	return $self->fill(($o{top} // '') . "services:\n  web:\n    protocol: uwsgi\n"
		. "    listen: 127.0.0.1:$self->{port}\n" . ($o{service} // '')
		. "    routes:\n$routes");
}

sub running { return $_[0]{heddle} }
sub log { return $_[0]{heddle}->log }
sub port { return $_[0]{port} }

# A connection that has asked for the key, or undef.
sub begin {
	my ($self, $key) = @_;
	my $client = Heddle::Client->new($self->{port}) or return undef;
	$client->send(uwsgi_packet(HTTP_HOST => $key));
	return $client;
}

# What a connection is answered with: 'node 0/0', 'unknown' (a 404), 'closed', or what came.
sub answer {
	my ($client) = @_;
	my $text = $client ? $client->rest(20) : return 'refused';
	return 'closed' if !defined $text || $text eq '';
	return 'unknown' if $text =~ m{^HTTP/1\.0 404};
	return $text =~ m{^(\w+ \d+/\d+) } ? $1 : $text;
}
sub ask { my ($self, $key) = @_; return answer($self->begin($key)) }

# Processes of scripts that live: the children of the mapper process. While some of them end the kernel may
# leave out others.
sub processes {
	my ($self) = @_;
	my $mapper = $self->mapper_pid or return ();
	my ($before, $now) = 'none';
	until (defined $now && $now eq $before) {
		($before, $now) = ($now // 'none', Heddle::read_file("/proc/$mapper/task/$mapper/children"));
	}
	return split ' ', $now;
}
sub mapper_pid { my ($self) = @_; my ($m) = $self->{heddle}->processes('mapper'); return $m ? $m->{pid} : 0 }

# How often a log line matches.
sub count { my ($self, $pattern) = @_; my @all = $self->log =~ /$pattern/g; return scalar @all }
sub wait_log { my ($self, $pattern, $times, $seconds) = @_;
	return until_true(sub { $self->count($pattern) >= ($times // 1) }, $seconds // 20) }

1;
