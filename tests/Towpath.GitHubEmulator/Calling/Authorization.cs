using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Whether a caller may make a call. What a caller cannot see is not found.</summary>
internal static class Authorization
{
    public static void Check(Call call)
    {
        var need = call.Route!.Need;
        switch (need.Kind)
        {
            case NeedKind.Nothing:
                return;
            case NeedKind.AppToken when call.Caller is not Caller.Application:
                throw new GitHubFault(StatusCodes.Status401Unauthorized, "A JSON web token could not be decoded");
            case NeedKind.Person when call.Caller is Caller.Anonymous:
            case NeedKind.SignedIn when call.Caller is Caller.Anonymous:
                throw GitHubFault.RequiresAuthentication();
            case NeedKind.Person when call.Caller is not Caller.Person:
                throw GitHubFault.NotForIntegrations();
            case NeedKind.Permission when call.NamesRepository:
                CheckRepository(call, need);
                return;
            case NeedKind.Permission:
                CheckPermission(call, need);
                return;
        }
    }

    private static void CheckRepository(Call call, Need need)
    {
        var repository = call.Repository;
        var open = !repository.IsPrivate && !need.Write;
        switch (call.Caller)
        {
            case Caller.OfInstallation { Token: var token }:
                if (!token.Covers(repository) && !open) throw repository.IsPrivate ? GitHubFault.NotFound() : GitHubFault.NotForIntegrations();
                if (!token.Allows(need) && !(open && !token.Covers(repository))) throw GitHubFault.NotForIntegrations();
                return;
            case Caller.Person person:
                CheckPerson(person, repository, need);
                return;
            case Caller.Application:
                throw GitHubFault.NotForIntegrations();
            default:
                if (repository.IsPrivate) throw GitHubFault.NotFound();
                if (need.Write) throw GitHubFault.RequiresAuthentication();
                return;
        }
    }

    private static void CheckPerson(Caller.Person person, Repository repository, Need need)
    {
        var role = repository.RoleOf(person.User);
        if (role == Role.None) throw GitHubFault.NotFound();
        if (person.Via is { } app)
        {
            var installation = app.Installations.FirstOrDefault(i => i.Covers(repository)) ?? throw GitHubFault.NotFound();
            if (!installation.Allows(need)) throw GitHubFault.NotForIntegrations();
        }

        // Whoever may read may also speak: open issues and pull requests, comment, react.
        var needed = !need.Write || need.Permission is Need.Talk or "issues" or "pull_requests" ? Role.Read : need.Permission == "administration" ? Role.Admin : Role.Write;
        if (role < needed) throw new GitHubFault(StatusCodes.Status403Forbidden, "Must have admin rights to Repository.");
    }

    private static void CheckPermission(Call call, Need need)
    {
        switch (call.Caller)
        {
            case Caller.Anonymous:
                throw GitHubFault.RequiresAuthentication();
            case Caller.Application:
            case Caller.OfInstallation { Token: var token } when !token.Allows(need):
                throw GitHubFault.NotForIntegrations();
        }
    }
}
