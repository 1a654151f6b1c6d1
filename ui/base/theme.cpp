// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/theme.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::ui {

namespace {

struct Role
{
    const char* name;
    QColor& colour;
};

double luminance(const QColor& colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

Error refused(const char* id, const QString& text, Error::Arguments arguments = {})
{
    return {ErrorKind::Refused, id, text.toStdString(), std::move(arguments)};
}

} // namespace

Result<Theme> readTheme(const QByteArray& json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject())
        return refused("theme.not-json", QStringLiteral("The theme is no JSON object. Take one of the bundled themes as a pattern."));
    const QJsonObject object = document.object();
    Theme theme;
    theme.name = object[QStringLiteral("name")].toString();
    theme.isDark = object[QStringLiteral("dark")].toBool();
    Palette& p = theme.palette;
    const Role roles[] = {{"window", p.window},
                          {"panel", p.panel},
                          {"raised", p.raised},
                          {"line", p.line},
                          {"text", p.text},
                          {"muted", p.muted},
                          {"accent", p.accent},
                          {"onAccent", p.onAccent},
                          {"alternativeA", p.alternatives[0]},
                          {"alternativeB", p.alternatives[1]},
                          {"alternativeC", p.alternatives[2]},
                          {"alternativeD", p.alternatives[3]},
                          {"training", p.training},
                          {"heldOut", p.heldOut},
                          {"warning", p.warning},
                          {"bad", p.bad},
                          {"row", p.row},
                          {"blackRow", p.blackRow},
                          {"tonicRow", p.tonicRow},
                          {"barLine", p.barLine},
                          {"beatLine", p.beatLine},
                          {"subdivisionLine", p.subdivisionLine},
                          {"whiteKey", p.whiteKey},
                          {"blackKey", p.blackKey},
                          {"onWhiteKey", p.onWhiteKey}};
    for (const Role& role : roles) {
        const QString text = object[QLatin1String(role.name)].toString();
        if (text.isEmpty())
            return refused("theme.missing-role", QStringLiteral("The theme has no colour \"%1\". Add it as \"#rrggbb\".").arg(QLatin1String(role.name)),
                           {{"role", role.name}});
        role.colour = QColor(text);
        if (!role.colour.isValid())
            return refused("theme.bad-colour",
                           QStringLiteral("The theme's \"%1\" is \"%2\", which is no colour. Write it as \"#rrggbb\".").arg(QLatin1String(role.name), text),
                           {{"role", role.name}, {"colour", text.toStdString()}});
    }
    return theme;
}

double contrast(const QColor& a, const QColor& b)
{
    const double one = luminance(a);
    const double other = luminance(b);
    return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

QColor faded(QColor colour, double opacity)
{
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}

} // namespace continuo::ui
