using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>What people may do in a repository.</summary>
internal static class CollaboratorCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/collaborators/{username}/permission", Need.ToRead("metadata"), Permission);
        routes.On("GET /repos/{owner}/{repo}/collaborators/{username}", Need.ToRead("metadata"), call =>
            call.Repository.RoleOf(UserOf(call)) > (call.Repository.IsPrivate ? Role.None : Role.Read) ? Answer.NoContent : throw GitHubFault.NotFound());
    }

    private static User UserOf(Call call) =>
        call.World.Accounts.Find(call["username"]) as User ?? throw new GitHubFault(StatusCodes.Status404NotFound, $"{call["username"]} is not a user");

    private static Answer Permission(Call call)
    {
        var user = UserOf(call);
        var role = call.Repository.RoleOf(user);
        // The old words know neither maintain nor triage.
        var permission = role switch { Role.Admin => "admin", Role.Maintain or Role.Write => "write", Role.Triage or Role.Read => "read", Role.None => "none" };
        var name = role == Role.None ? "none" : role.ToString().ToLowerInvariant();
        return Answer.Ok(new JsonObject
        {
            ["permission"] = permission, ["role_name"] = name,
            ["user"] = user.Simple().With(
                ("role_name", name),
                ("permissions", new JsonObject
                {
                    ["admin"] = role >= Role.Admin, ["maintain"] = role >= Role.Maintain, ["push"] = role >= Role.Write, ["triage"] = role >= Role.Triage, ["pull"] = role >= Role.Read,
                })),
        });
    }
}
