# SPDX-License-Identifier: BSD-2-Clause
# Way 5, --fastrouter-use-code-string: a function in Python or Lua says where the requests of a key go.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);
use Heddle::Script qw(script_missing);

plan(skip_all => example_missing()) if example_missing();

my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($one, $two) = map { example_app($_) } qw(one two);
my %scripts = (
	python => [0, "$dir/mapper.py", <<"END"],
def get(key):
    if key == 'example.com':
        return '${\$one->address}'
    if key == 'unbit.it':
        return '${\$two->address},0'
END
	lua => [6, "$dir/mapper.lua", <<"END"],
function get(key)
    if key == 'example.com' then
        return '${\$one->address}'
    elseif key == 'unbit.it' then
        return '${\$two->address},0'
    end
end
END
);

for my $language (sort keys %scripts) {
	my ($modifier, $file, $text) = @{ $scripts{$language} };
	SKIP: {
		skip script_missing($language), 1 if script_missing($language);
		my $port = free_port;
		Heddle::write_file($file, $text);
		my $router = example_router('--fastrouter', "127.0.0.1:$port", '--fastrouter-use-code-string', "$modifier:$file:get");
		my $web = nginx(["127.0.0.1:$port"]);
		# A call has 100 ms, which a busy machine may not give: it costs its own request alone.
		my $is = sub { my ($host, $wanted, $what) = @_; ok(until_true(sub { example_ask($web, $host) eq $wanted }), $what) };
		$is->('example.com', 'one example.com 0', "$language: a key");
		$is->('unbit.it', 'two unbit.it 0', '... with a modifier');
		is(example_ask($web, 'nobody.com'), 502, '... one that it has no answer for');
		$web->stop;
		$router->finish;
	}
}
done_testing();
