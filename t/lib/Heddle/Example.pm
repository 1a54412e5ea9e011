# SPDX-License-Identifier: BSD-2-Clause
# The examples of uWSGI's documentation of its FastRouter, with heddle in its place: real applications
# behind, a real nginx in front. Only addresses and folders are others than in the documentation.
#
#   plan(skip_all => example_missing()) if example_missing();
#   my $router = example_router('--fastrouter', "127.0.0.1:$port", '--fastrouter-use-base', "$dir/");
#   my $app = example_app('one', address => "$dir/example.com");
#   is(example_ask($web, 'example.com'), 'one example.com 0');
#   $router->finish;
package Heddle::Example;

use strict;
use warnings;
use Exporter qw(import);
use Test::More;

use Heddle;
use Heddle::Nginx qw(nginx_missing);
use Heddle::OldProgram;
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_app);

our @EXPORT_OK = qw(example_missing example_app example_router example_ask);

# Why an example cannot run here, or ''.
sub example_missing { return nginx_missing() || uwsgi_missing('python3') }

# An application that answers with its name, the host, and the length of the body. Options are those of
# uwsgi_app().
sub example_app {
	my ($name, %o) = @_;
	my $app = uwsgi_app(<<"END", %o);
def application(environment, start_response):
    size = len(environment['wsgi.input'].read())
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'$name %s %d' % (environment['HTTP_HOST'].encode(), size)]
END
	$app->{name} = $name;
	return $app;
}

# heddle fastrouter with these options; it has logged that it listens on each --fastrouter.
sub example_router {
	my (@options) = @_;
	my $router = bless old_program('fastrouter', @options), __PACKAGE__;
	my $wanted = grep { $_ eq '--fastrouter' } @options;
	$router->wait_log(qr/(?:uWSGI fastrouter bound on .*\n(?s:.*)){${\($wanted || 1)}}/);
	return $router;
}

our @ISA = ('Heddle::OldProgram');

# Ends it; it ends well, and nothing was wrong.
sub finish {
	my ($self) = @_;
	$self->signal('INT');
	is($self->ended, 0, 'INT ends it with 0');
	unlike($self->output, qr/ alert |\[alert\]|ERROR: \w+Sanitizer|runtime error:/, '... without an alert')
		or diag($self->output);
}

# Who answers a GET through nginx: "name host length", or the status of the error.
sub example_ask {
	my ($web, $host, @header) = @_;
	my ($status, $body) = $web->get('/', $host, @header);
	return $status == 200 ? $body : $status;
}

1;
