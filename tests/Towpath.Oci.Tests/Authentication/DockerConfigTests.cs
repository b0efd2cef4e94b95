using System.Text;
using Towpath.Oci.Authentication;

namespace Towpath.Oci.Tests.Authentication;

public sealed class DockerConfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("towpath-docker-");

    private static string Auth => Convert.ToBase64String(Encoding.UTF8.GetBytes("kim:can:ary"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("ghcr.io", "ghcr.io")]
    [InlineData("https://ghcr.io", "ghcr.io")]
    [InlineData("https://ghcr.io/v2/", "ghcr.io")]
    [InlineData("localhost:5000", "localhost:5000")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("docker.io", "docker.io")]
    public async Task Login_is_found_under_the_names_that_tools_write(string key, string registry)
    {
        var credentials = Write($$"""{ "auths": { "other.example.com": { "auth": "{{Auth}}x" }, "{{key}}": { "auth": "{{Auth}}" } } }""");
        Assert.Equal(new RegistryLogin("kim", "can:ary"), await FindAsync(credentials, registry));
        Assert.Null(await FindAsync(credentials, "ghcr.io.example.com"));
    }

    [Fact]
    public async Task Login_in_two_keys_is_read_too() =>
        Assert.Equal(new RegistryLogin("kim", "canary"), await FindAsync(Write("""{ "auths": { "ghcr.io": { "username": "kim", "password": "canary" } } }"""), "ghcr.io"));

    [Theory]
    [InlineData("""{ "auths": { "ghcr.io": {} } }""")]
    [InlineData("""{ "auths": { "ghcr.io": { "auth": "%%%" } } }""")]
    [InlineData("""{ "auths": { "ghcr.io": null } }""")]
    [InlineData("""{}""")]
    [InlineData("""canary""")]
    public async Task What_holds_no_login_has_none_and_says_what_to_do(string config)
    {
        var credentials = Write(config);
        Assert.Null(await FindAsync(credentials, "ghcr.io"));
        Assert.DoesNotContain("canary", credentials.Hint("ghcr.io"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "credsStore": "desktop" }""", "docker-credential-desktop")]
    [InlineData("""{ "credHelpers": { "ghcr.io": "pass" } }""", "docker-credential-pass")]
    public void Login_that_a_program_keeps_is_told_so(string config, string program)
    {
        var hint = Write(config).Hint("ghcr.io");
        Assert.Contains(program, hint, StringComparison.Ordinal);
        Assert.Contains("REGISTRY_AUTH_FILE", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_named_is_read_before_dockers_own()
    {
        var named = Path.Combine(_folder.FullName, "auth.json");
        File.WriteAllText(named, $$"""{ "auths": { "ghcr.io": { "auth": "{{Auth}}" } } }""");
        Write("{}");
        Assert.NotNull(await FindAsync(Of(("REGISTRY_AUTH_FILE", named), ("DOCKER_CONFIG", _folder.FullName)), "ghcr.io"));
        Directory.CreateDirectory(Path.Combine(_folder.FullName, ".docker"));
        File.Move(named, Path.Combine(_folder.FullName, ".docker", "config.json"));
        Assert.NotNull(await FindAsync(Of(("HOME", _folder.FullName)), "ghcr.io"));
    }

    [Fact]
    public void Login_is_never_shown() => Assert.DoesNotContain("canary", new RegistryLogin("kim", "canary").ToString(), StringComparison.Ordinal);

    private DockerConfigCredentials Write(string config)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), config);
        return Of(("DOCKER_CONFIG", _folder.FullName));
    }

    private static DockerConfigCredentials Of(params (string Name, string Value)[] variables) =>
        new(new OciOptions { Variable = name => variables.FirstOrDefault(v => v.Name == name).Value });

    private static async Task<RegistryLogin?> FindAsync(DockerConfigCredentials credentials, string registry) =>
        await credentials.FindAsync(registry, refused: null, CancellationToken.None);
}
