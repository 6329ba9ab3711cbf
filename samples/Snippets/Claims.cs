#region claims-source
using System.Security.Claims;
using System.Text.Json;
using Gatehouse.Users;
using Microsoft.EntityFrameworkCore;

public sealed class MyClaims(PeopleDb db) : IClaimsSource
{
    public async ValueTask<IReadOnlyList<Claim>> GetClaimsAsync(ClaimsRequestContext context, CancellationToken ct)
    {
        var person = await db.People.SingleOrDefaultAsync(person => person.Id == context.Subject, ct);
        if (person is null) return [];
        // All that is known; what the client may not see is dropped. A costly claim is looked up only if context.Names has it.
        return
        [
            new("name", person.Name),
            new("email", person.Email),
            new("email_verified", person.EmailVerified.ToString()),                         // becomes true or false
            new("updated_at", person.UpdatedAt.ToString("O")),                              // becomes a number
            new("address", JsonSerializer.Serialize(new { locality = person.City })),       // becomes an object
            new("employee_id", person.EmployeeId.ToString(), ClaimValueTypes.Integer64),    // your own: typed by its value type
        ];
    }
}
#endregion

public sealed class PeopleDb(DbContextOptions<PeopleDb> options) : DbContext(options)
{
    public DbSet<Person> People => Set<Person>();
}

public sealed record Person(string Id, string Name, string Email, bool EmailVerified, DateTimeOffset UpdatedAt, string City, long EmployeeId);

internal static class Claims
{
    public static void Register(WebApplicationBuilder builder)
    {
        #region add-claims-source
        builder.Services.AddGatehouse(builder.Configuration.GetSection("Gatehouse"))
            .AddClaimsSource<MyClaims>()
            .UseSqlite("Data Source=gatehouse.db");
        #endregion
    }
}
