using Towpath.Engine.Storage;

namespace Towpath.Engine.Tests.Storage;

public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgres://kim:s%3Acret@db.example:6543/towpath?SSL%20Mode=Require", "db.example", 6543, "towpath", "kim", "s:cret")]
    [InlineData("postgresql://kim@db.example/towpath", "db.example", 5432, "towpath", "kim", null)]
    [InlineData("Host=/run/postgresql;Database=towpath;Username=kim", "/run/postgresql", 5432, "towpath", "kim", null)]
    public void Address_of_a_server_is_read_in_each_form(string text, string host, int port, string database, string user, string? password)
    {
        var address = Assert.IsType<DatabaseAddress.PostgresServer>(DatabaseAddress.Parse(text)).Address;

        Assert.Equal((host, port, database, user, password), (address.Host, address.Port, address.Database, address.Username, address.Password));
    }

    [Fact]
    public void Address_of_a_file_is_made_absolute() =>
        Assert.Equal(Path.GetFullPath("data/towpath.db"), Assert.IsType<DatabaseAddress.SqliteFile>(DatabaseAddress.Parse("sqlite:data/towpath.db")).Path);

    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    [InlineData("mysql://kim:hunter2@db/towpath")]
    [InlineData("postgres://kim:hunter2@db")]
    [InlineData("postgres://kim:hunter2/@db:x/towpath")]
    [InlineData("Host=db;Passwort=hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("postgres://db/towpath?Port=hunter2")]
    public void Address_that_cannot_be_read_is_refused_without_repeating_it(string text)
    {
        var refusal = Assert.Throws<StoreRefusedException>(() => DatabaseAddress.Parse(text));

        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains("sqlite:PATH", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_unavailable_and_its_password_is_not_told()
    {
        await using var store = StoreFactory.Open("postgres://kim:hunter2@127.0.0.1:1/towpath", TimeProvider.System);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Environments.AllAsync(TestContext.Current.CancellationToken));
        var commit = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(new Commit { Changes = [] }, TestContext.Current.CancellationToken));
        var readiness = await store.CheckAsync(TestContext.Current.CancellationToken);

        Assert.All([error.ToString(), commit.ToString(), readiness!], text => Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:1/towpath", readiness, StringComparison.Ordinal);
    }
}
