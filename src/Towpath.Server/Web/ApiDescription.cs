using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Towpath.Server.Security;

namespace Towpath.Server.Web;

/// <summary>What the OpenAPI document says besides what follows from the routes.</summary>
internal static class ApiDescription
{
    private const string Bearer = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.RelativePath is { } path && (path.StartsWith("api/", StringComparison.Ordinal) || path is "healthz" or "readyz");
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Towpath", Version = "v1",
                Description = "Carries one build through an organization's environments. Errors are problem details (RFC 9457) with a stable `code`; where gates are involved, `gates` holds the result tree.",
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "An API token, `twp_…`." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribePermission);
    }

    private static Task DescribePermission(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var needed = context.Description.ActionDescriptor.EndpointMetadata.OfType<RoutePermission>().LastOrDefault();
        if (needed is null) return Task.CompletedTask;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        if (needed.Permission is { } permission)
            operation.Description = $"{operation.Description} Needs the scope `{permission.Scope()}` and {permission.Needed()}.".TrimStart();
        return Task.CompletedTask;
    }
}
