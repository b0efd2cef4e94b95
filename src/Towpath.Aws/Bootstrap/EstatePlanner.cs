using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Bootstrap.Resources;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecr.Lifecycle;
using Towpath.Aws.Ecr.Repositories;
using Towpath.Aws.Iam;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Aws.Bootstrap;

/// <summary>Says what an estate consists of, in the order in which it can be made: what is shared, then who may do what.</summary>
public sealed class EstatePlanner(EstateClients clients, IEnumerable<ITargetPermissions> permissions, TimeProvider time)
{
    private const string Session = "towpath-bootstrap";
    private const int NoncurrentDays = 30;

    public async Task<IReadOnlyList<EstateResource>> PlanAsync(BootstrapRequest request, string account, CancellationToken cancellationToken)
    {
        var estate = new Estate(request, account);
        return
        [
            .. Repositories(estate),
            .. Buckets(estate),
            .. TargetBuckets(estate),
            .. Parameters(estate),
            .. await RolesAsync(estate, cancellationToken),
        ];
    }

    private IEnumerable<EstateResource> Repositories(Estate estate) => estate.Repositories.Select(r => new RepositoryResource(
        clients.Repositories, Own(r.Name.Region), new RepositoryWish(
            r.Name, LifecyclePolicy.Of(r.Application, r.Keep), AccessDocuments.Repository(estate.Request.Organization, estate.AccountsBeside(r.Name.Account)))));

    private IEnumerable<EstateResource> Buckets(Estate estate) => estate.Builds.GroupBy(b => b.Bucket, StringComparer.Ordinal).Select(b => new BucketResource(
        clients.Buckets, Own(estate.Request.Region), new BucketWish(
            b.Key, estate.SharedAccount, AccessDocuments.Bucket(b.Key, estate.Request.Organization, estate.AccountsBeside(estate.SharedAccount)), NoncurrentDays, IsShared: true)));

    /// <summary>Those that environments' targets write to.</summary>
    private IEnumerable<EstateResource> TargetBuckets(Estate estate) => estate.Request.Applications.SelectMany(a => a.Environments)
        .Select(e => (
            Bucket: permissions.FirstOrDefault(p => p.Kind == e.Target.Kind)?.BucketOf(e.Target),
            Region: Settings.Text(e.Target.Settings, "region") ?? estate.Request.Region,
            Account: ReferredParameter.AccountOf(Settings.Text(e.Target.Settings, "role"))))
        .Where(b => b.Bucket is not null && estate.Builds.All(build => build.Bucket != b.Bucket)).Distinct()
        .Select(EstateResource (b) => ParameterLookup.NameIn(b.Bucket) is { } parameter
            ? new ReferredBucketResource(clients.Buckets, clients.Ssm, Own(b.Region), parameter, b.Account)
            : new BucketResource(clients.Buckets, Own(b.Region), new BucketWish(b.Bucket!, b.Account, null, NoncurrentDays, IsShared: false)));

    private IEnumerable<EstateResource> Parameters(Estate estate) => estate.Parameters.Select(p => new ParameterResource(
        clients.Ssm, Own(p.Region), new ParameterWish(p.Name, p.Account, p.IsSecret, estate.Request.Values.GetValueOrDefault(p.Name))));

    private async Task<IReadOnlyList<EstateResource>> RolesAsync(Estate estate, CancellationToken cancellationToken)
    {
        var projects = estate.Projects.Where(p => p.ManagementRole is not null).ToList();
        if (projects.Count == 0) return [];
        var roles = projects.ConvertAll(project => Management(estate, project));
        // IAM takes no trust in a role that is not there.
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var role in roles.Where(r => r.Blocked is not null))
            if (await IsMissingAsync(estate, role.Arn, cancellationToken)) missing.Add(role.Arn);
        string? Awaited(params IEnumerable<string> trusted) => trusted.FirstOrDefault(missing.Contains) is { } first ? $"it trusts {first}, which comes first" : null;
        if (Readers(estate, projects) is { } readers) roles.Add(readers with { Blocked = readers.Blocked ?? Awaited(projects.Select(p => p.ManagementRole!)) });
        foreach (var project in projects)
            if (Builds(estate, project) is { } builds) roles.Add(builds with { Blocked = builds.Blocked ?? Awaited(project.ManagementRole!) });
        foreach (var (project, role) in projects.SelectMany(p => p.DeployRoles.Select(role => (p, role))))
        {
            var wish = await DeployAsync(estate, role, project.ManagementRole!, estate.DeployRoles[role], cancellationToken);
            roles.Add(wish with { Blocked = Taken(estate, project, role) ?? wish.Blocked ?? Awaited(project.ManagementRole!) });
        }

        return
        [
            .. projects.Select(p => ReferredParameter.AccountOf(p.ManagementRole)!).Distinct(StringComparer.Ordinal).Select(account => new OidcProviderResource(clients.Iam, Own(estate.Request.Region), account)),
            .. roles.Select(wish => new RoleResource(clients.Iam, Own(estate.Request.Region), wish, time)),
        ];
    }

    /// <summary>Where the operator keeps projects: one role that reads what all of them build, and pushes nothing.</summary>
    private static RoleWish? Readers(Estate estate, List<EstateProject> projects) => estate.Request.Settings.SharedServicesRole is not { } arn || projects[0].Name is null ? null : new RoleWish(
        arn, "reads builds", TrustDocuments.Assumed([.. projects.Select(p => p.ManagementRole!), .. estate.Request.Principals]),
        AccessDocuments.Readers([.. estate.Repositories.Select(r => r.Name)], estate.Builds), NoBuilds(estate.Repositories.Count + estate.Builds.Count));

    private static RoleWish? Builds(Estate estate, EstateProject project) => project.BuildsRole is not { } arn ? null : new RoleWish(
        arn, project.Name is null ? "builds" : $"builds of {project.Name}", TrustDocuments.Assumed(project.ManagementRole!), AccessDocuments.SharedServices(project.Repositories, project.Builds),
        NoBuilds(project.Repositories.Count + project.Builds.Count)
        ?? estate.Projects.Where(p => p != project).Select(p => project.SharedWith(p) is { } place ? $"the projects {project.Name} and {p.Name} both build to {place}; give each a place of its own" : null).FirstOrDefault(p => p is not null));

    private static string? NoBuilds(int places) => places > 0 ? null : "no artifact of the specs lies in ECR or in a bucket, so that there is nothing for it to do";

    /// <summary>A role of two projects would let the workflows of one reach what is the other's.</summary>
    private static string? Taken(Estate estate, EstateProject project, string role)
    {
        if (estate.Projects.Any(p => p.OwnRoles.Contains(role, StringComparer.Ordinal))) return "it is a role of Towpath's own, which nothing is deployed with; name another";
        if (project.Name is null) return null;
        if (estate.Projects.FirstOrDefault(p => p != project && p.DeployRoles.Contains(role)) is { } other)
            return $"environments of the projects {project.Name} and {other.Name} both name it; give those of each a role of their own";
        return estate.Request.Limits.ProjectOfRole(role) is { } found && found.Name != project.Name
            ? $"`roles` of the project {found.Name} allows it as well as that of {project.Name}; narrow it, so that a control plane knows whose it is" : null;
    }

    private async Task<bool> IsMissingAsync(Estate estate, string role, CancellationToken cancellationToken) =>
        ReferredParameter.AccountOf(role) == estate.Account
        && await clients.Iam.FindRoleAsync(Own(estate.Request.Region), role[(role.LastIndexOf('/') + 1)..], cancellationToken) is null;

    private static RoleWish Management(Estate estate, EstateProject project)
    {
        string[] unknown = [.. project.GitHubRepositories.Where(r => !estate.Request.GitHubIds.ContainsKey(r))];
        var known = project.GitHubRepositories.Where(estate.Request.GitHubIds.ContainsKey).Select(r => KeyValuePair.Create(r, estate.Request.GitHubIds[r])).ToList();
        var arn = project.ManagementRole!;
        var blocked = unknown.Length > 0
            ? $"the ids of {string.Join(", ", unknown)} are not known: give --github-id {unknown[0]}=OWNER_ID/REPOSITORY_ID, which `gh api repos/{unknown[0]} --jq '\"\\(.owner.id)/\\(.id)\"'` prints"
            : project.AssumedRoles.Count == 0 ? "it would lead nowhere: no target names a `role`, and towpath.yaml no `aws.shared_services_role`"
            : known.Count == 0 && estate.Request.Principals.Count == 0 ? "nobody would be let in: no spec names a `repository`, and --principal names no host" : null;
        return new RoleWish(
            arn, project.Name is null ? "management" : $"management of {project.Name}",
            TrustDocuments.Management(ReferredParameter.AccountOf(arn)!, known, estate.Request.Subjects, estate.Request.Principals), AccessDocuments.Management(project.AssumedRoles), blocked);
    }

    private async Task<RoleWish> DeployAsync(Estate estate, string role, string management, IReadOnlyList<(ApplicationSpec Application, EnvironmentSpec Environment)> environments, CancellationToken cancellationToken)
    {
        var (statements, problems) = (new List<PolicyStatement>(), new List<string>());
        var account = ReferredParameter.AccountOf(role)!;
        // Another account's parameters are not the caller's to read; whoever has that account makes its role.
        foreach (var (application, environment) in account == estate.Account ? environments : [])
        {
            if (permissions.FirstOrDefault(p => p.Kind == environment.Target.Kind) is not { } known) continue;
            var needed = await known.OfAsync(await QuestionAsync(estate, account, application, environment, cancellationToken), cancellationToken);
            statements.AddRange(needed.Statements);
            problems.AddRange(needed.Missing);
        }

        return new RoleWish(
            role, $"deploys {string.Join(", ", environments.Select(e => $"{e.Application.Name}/{e.Environment.Name}"))}", TrustDocuments.Assumed(management), PolicyText.Of(statements),
            account != estate.Account ? null
            : statements.Count + problems.Count == 0 ? $"what targets of the kind {string.Join(", ", environments.Select(e => e.Environment.Target.Kind).Distinct(StringComparer.Ordinal))} need is not known here; write its policy by hand"
            : problems.Count > 0 ? $"what it may do is not known before these are: {string.Join(", ", problems.Distinct(StringComparer.Ordinal))}" : null);
    }

    private async Task<AccessQuestion> QuestionAsync(Estate estate, string account, ApplicationSpec application, EnvironmentSpec environment, CancellationToken cancellationToken)
    {
        var scope = Own(Settings.RequiredText(environment.Target.Settings, "region"));
        var names = ReferredParameter.In(environment).Where(p => !p.IsSecret).Select(p => p.Name);
        var found = await clients.Ssm.GetAsync(scope, names, cancellationToken);
        string? ValueOf(string setting) => ParameterLookup.NameIn(setting) is not { } name ? setting
            : (found.GetValueOrDefault(name) is { IsSecret: false } plain ? plain.Value : null) ?? estate.Request.Values.GetValueOrDefault(name);
        return new AccessQuestion(new EnvironmentKey(application.Name, environment.Name), environment, application.Artifacts, account, ValueOf, scope);
    }

    private static AwsScope Own(string region) => new(region, null, Session);
}

/// <summary>What estates are made with.</summary>
public sealed record EstateClients(RepositoryClient Repositories, BucketClient Buckets, SsmClient Ssm, IamClient Iam);
