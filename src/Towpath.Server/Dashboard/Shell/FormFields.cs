namespace Towpath.Server.Dashboard.Shell;

/// <summary>What somebody typed into one form. Blank fields count as absent.</summary>
public sealed class FormFields(IFormCollection form)
{
    public static FormFields None { get; } = new(FormCollection.Empty);

    public static async Task<FormFields> ReadAsync(HttpContext http, CancellationToken cancellationToken) =>
        new(http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty);

    /// <summary>Null when it was left blank. Line ends become those of the system that stores them.</summary>
    public string? Text(string name)
    {
        var text = form[name].ToString().ReplaceLineEndings("\n").Trim();
        return text.Length == 0 ? null : text;
    }
}

/// <summary>A form that was refused: shown again with what was wrong and what was typed.</summary>
/// <param name="Form">Which form of the page.</param>
/// <param name="Reason">What was wrong and what to do.</param>
/// <param name="Fields">What was typed.</param>
public sealed record RefusedForm(string Form, string Reason, FormFields Fields)
{
    /// <summary>What was typed into this field of this form; null for another form.</summary>
    public string? Typed(string form, string field) => Is(form) ? Fields.Text(field) : null;

    public bool Is(string form) => string.Equals(Form, form, StringComparison.Ordinal);
}

/// <summary>After a form was accepted: look at the page, so that loading it again sends nothing again.</summary>
public sealed class SeeOther(string to) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = to;
        return Task.CompletedTask;
    }
}
