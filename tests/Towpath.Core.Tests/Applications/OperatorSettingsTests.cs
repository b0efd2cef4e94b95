using Towpath.Core.Operators;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class OperatorSettingsTests
{
    [Fact]
    public void An_empty_file_means_the_defaults_and_allows_nothing()
    {
        var settings = Read("# nothing\n");
        Assert.Equal(["http://127.0.0.1:8470"], settings.Urls);
        Assert.Equal("sqlite:.towpath/towpath.db", settings.Database);
        Assert.Equal("/srv/towpath", settings.ConfigFolder);
        Assert.Null(settings.Host);
        Assert.Empty(settings.Limits.Commands.Concat(settings.Limits.EnvironmentNames).Concat(settings.Limits.Folders).Concat(settings.Limits.PrivateAddresses));
        Assert.Empty(settings.Limits.Projects);
        Assert.Equal(AwsSettings.Default, settings.Aws);
    }

    [Fact]
    public void All_that_is_served_is_bound_and_folders_are_absolute()
    {
        var settings = Read("""
            urls: http://0.0.0.0:80
            database: postgres://towpath:secret@db/towpath
            host: machine-1
            config: { folder: ../delivery/ }
            projects:
              portal: { repositories: [acme/web], roles: ["arn:aws:iam::111111111111:role/*"], parameters: [/web/**], buckets: [web-*], secrets: [web/**], log_groups: [/ecs/web*], registries: [ghcr.io/acme/*] }
            aws: { management_role: "arn:aws:iam::111111111111:role/a", shared_services_role: "arn:aws:iam::222222222222:role/b", region: eu-central-1 }
            allow: { commands: [./smoke.sh], env: [HOOK], folders: [sites, /var/www], private_addresses: [127.0.0.1] }
            """);
        Assert.Equal(["http://0.0.0.0:80"], settings.Urls);
        Assert.Equal("/srv/delivery", settings.ConfigFolder);
        Assert.Equal("machine-1", settings.Host);
        Assert.Equal(["/srv/towpath/sites", "/var/www"], settings.Limits.Folders);
        Assert.Equal(["./smoke.sh"], settings.Limits.Commands);
        Assert.Equal(["HOOK"], settings.Limits.EnvironmentNames);
        Assert.Equal(["127.0.0.1"], settings.Limits.PrivateAddresses);
        var portal = settings.Limits.Projects["portal"];
        Assert.Equal(["acme/web", "arn:aws:iam::111111111111:role/*", "/web/**", "web-*", "web/**", "/ecs/web*", "ghcr.io/acme/*"], [.. portal.Repositories, .. portal.Roles, .. portal.Parameters, .. portal.Buckets, .. portal.Secrets, .. portal.LogGroups, .. portal.Registries]);
        Assert.Equal(
            new AwsSettings { ManagementRole = "arn:aws:iam::111111111111:role/a", SharedServicesRole = "arn:aws:iam::222222222222:role/b", Region = "eu-central-1" },
            settings.Aws);
    }

    [Fact]
    public void Each_project_has_roles_of_its_own_named_after_the_operator_s_unless_it_names_them()
    {
        var settings = Read("""
            projects:
              portal: { repositories: [acme/web], roles: ["arn:aws:iam::111111111111:role/web-*"] }
              tools: { repositories: [acme/tools], roles: ["arn:aws:iam::111111111111:role/**"], management_role: "arn:aws:iam::111111111111:role/x", builds_role: "arn:aws:iam::111111111111:role/y" }
            aws: { management_role: "arn:aws:iam::111111111111:role/a", shared_services_role: "arn:aws:iam::222222222222:role/b" }
            """);
        var portal = settings.Limits.For("acme/web").Project;
        var tools = settings.Limits.For("acme/tools").Project;
        Assert.Equal(("arn:aws:iam::111111111111:role/a-portal", "arn:aws:iam::222222222222:role/b-portal"), (settings.Aws.ManagementRoleOf(portal), settings.Aws.BuildsRoleOf(portal)));
        Assert.Equal(("arn:aws:iam::111111111111:role/x", "arn:aws:iam::111111111111:role/y"), (settings.Aws.ManagementRoleOf(tools), settings.Aws.BuildsRoleOf(tools)));
        Assert.Equal("arn:aws:iam::111111111111:role/a", settings.Aws.ManagementRoleOf(null));
        Assert.Null(AwsSettings.Default.ManagementRoleOf(portal));
        Assert.Equal(("portal", "tools", null), (settings.Limits.ProjectOfRole("arn:aws:iam::111111111111:role/web-deploy")?.Name,
            settings.Limits.ProjectOfRole("arn:aws:iam::111111111111:role/tools")?.Name, settings.Limits.ProjectOfRole("arn:aws:iam::333333333333:role/web-deploy")?.Name));
    }

    [Fact]
    public void Neither_text_nor_errors_show_the_password_of_the_database()
    {
        Assert.DoesNotContain("hunter2", Read("database: postgres://towpath:hunter2@db/towpath\n").ToString(), StringComparison.Ordinal);
        var errors = OperatorSettingsReader.Read("towpath.yaml", "database: mysql://towpath:hunter2@db/towpath\n", "/srv").Errors;
        Assert.DoesNotContain("hunter2", Assert.Single(errors).ToString(), StringComparison.Ordinal);
    }

    private static OperatorSettings Read(string text)
    {
        var result = OperatorSettingsReader.Read("towpath.yaml", text, "/srv/towpath");
        Assert.Empty(result.Errors);
        return result.Settings!;
    }
}
