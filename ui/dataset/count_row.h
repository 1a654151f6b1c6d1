// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/theme.h"

#include <QAbstractButton>

#include <cstdint>
#include <optional>

namespace continuo::ui {

class Appearance;

/// A line of a list that counts: a dot, words, a number at the right end. Checkable: it filters.
class CountRow final : public QAbstractButton
{
    Q_OBJECT

public:
    using Role = QColor Palette::*;

    /// `dot`: the colour of the dot, nothing for none and small words. `appearance` is borrowed and
    /// must outlive the row.
    CountRow(const Appearance& appearance, const QString& words, std::optional<Role> dot,
             QWidget* parent = nullptr);

    void setCount(std::int64_t count) { setCount(count, count); }
    /// "3 of 10", where not all of them are left; "3" where that is too long.
    void setCount(std::int64_t count, std::int64_t all);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Appearance& m_appearance;
    std::optional<Role> m_dot;
    QString m_number{};
    QString m_longNumber{};
};

} // namespace continuo::ui
