using Microsoft.AspNetCore.Authorization;

namespace Towpath.Server.Security;

/// <summary>The permission that a route declares. A route with neither this nor an explicit <see cref="IAllowAnonymous"/> keeps the server from starting.</summary>
/// <param name="Permission">What is needed, for at least one application; the use case asks for the one it is about. Null: any valid credential.</param>
public sealed record RoutePermission(Permission? Permission);

/// <summary>The route takes tokens of workflow runs, too. All others know none.</summary>
public sealed record TakesWorkflowTokens;

public static class RoutePermissions
{
    public static T Needs<T>(this T builder, Permission permission)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new RoutePermission(permission));

    /// <summary>Anybody with a valid credential, whatever their roles.</summary>
    public static T NeedsCaller<T>(this T builder)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new RoutePermission(null));

    /// <summary>Workflow runs with a token of their own, too; the use case finds out what they are about.</summary>
    public static T OrWorkflow<T>(this T builder)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new TakesWorkflowTokens());

    /// <exception cref="InvalidOperationException">A route says nothing about who may use it.</exception>
    public static void RequireDeclarations(IEndpointRouteBuilder routes)
    {
        var silent = routes.DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<RoutePermission>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.DisplayName)
            .ToList();
        if (silent.Count > 0)
            throw new InvalidOperationException($"these routes declare no permission; use Needs(…) or AllowAnonymous(): {string.Join(", ", silent)}");
    }
}
