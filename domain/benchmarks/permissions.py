"""What one may do with benchmarks."""

from domain.shared.permission import Permission

VIEW = Permission('benchmarks.view', zh='查看经营对标', en='View benchmarks')
COMPUTE = Permission('benchmarks.compute', zh='计算经营对标', en='Work out benchmarks')
